//! What was stored under an older schema is read the same after the newer one came.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use termometro::cluster::scratch::ScratchCluster;
use tokio_postgres::{Client, NoTls};

/// The files of `migrations/` in order of their numbers.
fn migrations() -> Vec<(u32, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let sql = files.filter(|path| path.extension().is_some_and(|end| end == "sql"));
    let mut found: Vec<(u32, String)> = sql
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name[1..5].parse().unwrap(), std::fs::read_to_string(path).unwrap())
        })
        .collect();
    found.sort();
    found
}

/// Every headline with every reason and every verdict on the three prices, each on a report of its own; a tenth was judged twice.
const OLD_REPORTS: &str = "
    INSERT INTO source_file (kind, name, sha256, bytes, layout, encoding, number_format, publisher, licence)
    SELECT 'sismed', 'file ' || n, lpad(n::text, 64, '0'), 1, 'l', 'utf-8', '1234.56', 'p', 'l' FROM generate_series(1, 2) n;
    INSERT INTO basis (expediente, consecutive, period_from, period_until, transaction, rule_version, digest, outcome, changed_in_period, siblings, law_steps, recorded_in)
    SELECT 1, n, '2020-06-01', '2020-07-01', 1, 'rules', repeat('a', 64), 'not_regulated', false, '[]', '[]', n FROM generate_series(1, 2) n;
    CREATE TEMP TABLE old AS
    SELECT row_number() OVER () AS id, verdict, reason, low, mean, high, (row_number() OVER ()) % 2 = 0 AS fits
    FROM unnest(ARRAY['within', 'above', 'no_ceiling_for_this_stage', 'not_regulated', 'cannot_compare']) verdict,
        unnest(ARRAY['within', 'above', 'cannot_compare']) low, unnest(ARRAY['within', 'not_regulated']) mean,
        unnest(ARRAY['above', 'no_ceiling_for_this_stage']) high,
        unnest(ARRAY[NULL, 'unknown_medicine', 'market_unknown', 'unit_not_convertible', 'ceiling_list_out_of_date', 'period_before_first_list', 'price_missing',
            'amount_out_of_range', 'margin_rule_missing', 'ceiling_changed_in_period', 'financing_not_verified', 'another_unit_fits']) reason;
    INSERT INTO sismed_report (id, source_file_id, line, expediente, consecutive, period_from, period_until, actor_role, operation, transaction, unit, minimum, maximum, units, value, flags)
    SELECT id, 1, id + 1, 1, 1, '2020-06-01', '2020-07-01', 1 + id % 2, (ARRAY['CM', 'VN', 'RC'])[1 + id % 3], 1 + id % 5, (ARRAY['A', 'B', 'C', 'D'])[1 + id % 4],
        nullif(id % 7, 0) / 4.0, id, 2, 3.50, CASE WHEN id % 2 = 0 THEN '{wide_range,reported_before}' ELSE '{}' END::text[]
    FROM old;
    INSERT INTO assessment
    SELECT id, 1, verdict, reason, low, mean, high, fits, 1, CASE WHEN id % 10 = 0 THEN 2 END FROM old
    UNION ALL
    SELECT id, 2, 'cannot_compare', 'price_missing', 'cannot_compare', 'cannot_compare', 'cannot_compare', false, 2, NULL FROM old WHERE id % 10 = 0;
    CREATE TEMP TABLE reports_before AS SELECT * FROM sismed_report;
    CREATE TEMP TABLE verdicts_before AS SELECT * FROM assessment;";

/// A database in which those reports were stored before they moved to where reports are now.
async fn moved(name: &'static str) -> Client {
    let config = tokio::task::spawn_blocking(move || ScratchCluster::shared().create_database(name)).await.unwrap().unwrap();
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    for (number, sql) in migrations() {
        if number == 14 {
            client.batch_execute(OLD_REPORTS).await.unwrap();
        }
        client.batch_execute(&format!("BEGIN; {sql}; COMMIT")).await.unwrap();
    }
    client
}

const REPORTS: &str = "id, source_file_id, line, expediente, consecutive, period_from, period_until, actor_role, operation, transaction, unit, minimum, maximum, units, value, flags";
const VERDICTS: &str = "report_id, verdict, reason, minimum_verdict, average_verdict, maximum_verdict, another_unit_fits, recorded_in, superseded_in";

#[tokio::test(flavor = "multi_thread")]
async fn reports_and_verdicts_say_the_same_after_they_moved() {
    let client = moved("moved").await;
    for (columns, before, after) in [(REPORTS, "reports_before", "sismed_report"), (VERDICTS, "verdicts_before", "assessment")] {
        let count = client.query_one(&format!("SELECT count(*) FROM {before}"), &[]).await.unwrap().get::<_, i64>(0);
        assert!(count >= 720, "{before} has {count} rows");
        for (one, other) in [(before, after), (after, before)] {
            let sql =
                format!("SELECT count(*) FROM (SELECT {columns} FROM {one} EXCEPT ALL SELECT {columns} FROM {other}) differing");
            assert_eq!(client.query_one(&sql, &[]).await.unwrap().get::<_, i64>(0), 0, "in {one} and not in {other}");
        }
    }
}

/// The numbers that the migration gave are those that the program gives and reads.
#[tokio::test(flavor = "multi_thread")]
async fn a_moved_verdict_has_the_number_that_the_program_gives_it() {
    use termometro::{
        domain::{reason::Reason, verdict::Finding},
        store::judgement_code::{JudgementCode, Said},
    };
    let client = moved("numbered").await;
    let said = |finding: &str| Said { finding: Finding::from_code(finding).unwrap(), reason: None, another_unit_fits: false };
    let rows = client.query("SELECT * FROM judgement_code", &[]).await.unwrap();
    assert!(rows.len() >= 720, "{}", rows.len());
    for row in rows {
        let code = JudgementCode(row.get("code"));
        let [low, mean, high] = ["minimum_verdict", "average_verdict", "maximum_verdict"].map(|name| said(row.get(name)));
        let prices = JudgementCode::of_prices(low, mean, high);
        // Below the headline's three bits stand the three prices, as the program packs them.
        assert_eq!(code.0 & 0o7770, prices.0 & 0o7770, "{row:?}");
        assert_eq!(code.finding(), Finding::from_code(row.get("verdict")).unwrap(), "{row:?}");
        assert_eq!(code.another_unit_fits(), row.get::<_, bool>("another_unit_fits"), "{row:?}");
        assert_eq!(
            code.reason(),
            row.get::<_, Option<&str>>("reason").map(|reason| Reason::from_code(reason).unwrap()),
            "{row:?}"
        );
    }
}
