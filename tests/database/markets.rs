//! Quartiles of all markets: what memory answers is what PostgreSQL counts with windows, value by value.

use rust_decimal::Decimal;
use termometro::{generate::Wanted, ingest::SourceKind, read_model::ReadModel, store::postgres::statements};

use crate::support::{MAX_AGE_DAYS, database, fill, fill_generated, import, sample_file};

/// The same question in SQL: numeric division is far finer than the four decimals that are compared.
const IN_SQL: &str = include_str!("market_quartiles.sql");

const SUPERSEDED: &str = "SET ROLE NONE;
    UPDATE sismed_row SET superseded_in = (SELECT max(id) FROM source_file) WHERE id % 3 = 0;
    UPDATE source_file SET reports_superseded_in = (SELECT max(id) FROM source_file) WHERE id IN (SELECT part FROM sismed_row)";

async fn compare(model: &ReadModel) -> usize {
    let ours = model.market_prices().await.unwrap();
    let rows = model.database.import_connection().await.unwrap().query(IN_SQL, &[]).await.unwrap();
    assert_eq!(ours.len(), rows.len());
    for ((market, found), row) in ours.iter().zip(&rows) {
        assert_eq!(market, row.get::<_, &str>("market"));
        assert_eq!(i64::try_from(found.sales).unwrap(), row.get::<_, i64>("reports"), "{market}");
        for (sale, column) in [(found.first, "first_quartile"), (found.median, "median"), (found.third, "third_quartile")] {
            assert_eq!(sale.price(4), Some(row.get::<_, Decimal>(column)), "{market} {column}");
        }
    }
    rows.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_samples_markets_have_the_quartiles_that_sql_counts() {
    let database = database("market_quartiles").await;
    let model = ReadModel::new(database.clone(), MAX_AGE_DAYS);
    assert_eq!(compare(&model).await, 0, "an empty database has no markets");
    fill(&database).await;
    assert!(compare(&model).await > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_generated_countrys_markets_too_and_a_big_file_is_a_partition_of_its_own() {
    let wanted = Wanted { seed: 1, medicines: 2_000, ceilings: 600, reports: 150_000, faults: 0 };
    let database = database("market_quartiles_generated").await;
    fill_generated(&database, wanted).await;
    let client = database.import_connection().await.unwrap();
    let partitions = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'sismed_row'::regclass";
    assert_eq!(client.query_one(partitions, &[]).await.unwrap().get::<_, i64>(0), 2, "the shared one and the file's own");
    let model = ReadModel::new(database.clone(), MAX_AGE_DAYS);
    let markets = compare(&model).await;
    assert!(markets > 50, "{markets}");
    // The cache keeps the partition, and reads it again once some of its reports were superseded.
    import(&database, SourceKind::Sismed, &sample_file("sismed.csv")).await;
    assert!(compare(&model).await >= markets);
    client.batch_execute(SUPERSEDED).await.unwrap();
    client.query(statements::bump_data_version, &[&None::<i64>]).await.unwrap();
    compare(&model).await;
}
