//! A preview counts what judging again does, number by number, and writes nothing; and what is stored is what the judge finds.

use deadpool_postgres::Transaction;
use termometro::{
    clock::Clock,
    domain::verdict::verdict_code::VerdictCode,
    generate::Wanted,
    ingest::SourceKind,
    store::{
        catalogue::law_library::LawRepository,
        judging::{
            cases,
            previewed_reports::PreviewCache,
            rejudge::{Rejudged, preview, rejudge},
            report_judge::question,
            report_key::{key, prices},
        },
        postgres::{database::Database, statements},
        transaction::import::{Import, NewFile, lock},
    },
};

use crate::{
    kit::people::sample,
    support::{MAX_AGE_DAYS, database, fill_generated, import, number, sample_file},
};

/// Under the import lock; `sql` changes the law before anybody looks.
async fn both(database: &Database, held: &PreviewCache, sql: &str, expedientes: Option<&[i32]>, commit: bool) -> Rejudged {
    let mut client = database.import_connection().await.unwrap();
    let tx = client.transaction().await.unwrap();
    lock(&tx).await.unwrap();
    let sha256 = format!("{:0>64}", client_number());
    let file = NewFile { kind: "catalogue", name: "change", sha256: &sha256, bytes: 0, sample: false };
    let mut import = Import::on(tx, &file).await.unwrap();
    import.tx.batch_execute(statements::patient_transaction).await.unwrap();
    as_owner(&import.tx, sql).await;
    let before = verdicts(&import.tx).await;
    let previewed = preview(&import.tx, MAX_AGE_DAYS, expedientes, held).await.unwrap();
    assert_eq!(verdicts(&import.tx).await, before, "a preview writes nothing");
    let done = rejudge(&import, MAX_AGE_DAYS, expedientes).await.unwrap();
    assert_eq!(previewed, done, "{sql}");
    assert_eq!(verdicts(&import.tx).await, before + i64::try_from(done.changed).unwrap());
    judge_agrees(&import.tx, expedientes).await;
    if commit {
        import.accepted();
        let clock = Clock::System;
        cases::refresh(&import.tx, import.file, (clock.now(), clock.today()), MAX_AGE_DAYS).await.unwrap();
        import.tx.query(statements::bump_data_version, &[&None::<i64>]).await.unwrap();
        import.tx.commit().await.unwrap();
    } else {
        import.tx.rollback().await.unwrap();
    }
    done
}

/// All verdicts after a report's first.
async fn verdicts(tx: &Transaction<'_>) -> i64 {
    tx.query_one("SELECT count(*) FROM reassessment", &[]).await.unwrap().get(0)
}

/// What is stored of some hundreds of reports is the verdict that the judge itself finds.
async fn judge_agrees(tx: &Transaction<'_>, expedientes: Option<&[i32]>) {
    let some = "SELECT DISTINCT expediente FROM sismed_row JOIN ceiling USING (expediente)
        WHERE $1::integer[] IS NULL OR expediente = ANY($1) ORDER BY expediente LIMIT 20";
    let some: Vec<i32> = tx.query(some, &[&expedientes]).await.unwrap().iter().map(|row| row.get(0)).collect();
    let law = LawRepository::load(tx, MAX_AGE_DAYS, Some(&some), None).await.unwrap();
    for row in tx.query(statements::reports_to_judge, &[&some]).await.unwrap() {
        let key = key(&row).unwrap();
        let verdicts = prices(&row).unwrap().judge(&law.view(&question(key).unwrap()));
        assert_eq!(VerdictCode(row.get("judged")), VerdictCode::new(verdicts.prices()), "{key:?}");
    }
}

/// The service itself may change nothing that a list stated.
async fn as_owner(client: &Transaction<'_>, sql: &str) {
    let role: String = client.query_one("SELECT current_user::text", &[]).await.unwrap().get(0);
    client.batch_execute(&format!("SET ROLE NONE; {sql}; SET ROLE {role}")).await.unwrap();
}

fn client_number() -> usize {
    static NEXT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(1);
    NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}

const HALVED: &str = "UPDATE ceiling SET amount = round(amount / 2, 2) WHERE expediente % 3 <> 0";
/// A list states a second price, once higher, once lower, once none.
const TWICE: &str = "INSERT INTO ceiling (source_file_id, sheet, line, kind, expediente, consecutive, market, description, column_code, amount,
        margin_kind, margin, act_id, valid_from, dispensing_units, regulated_units, regulated_unit)
    SELECT source_file_id, sheet, line + 1000000, kind, expediente, consecutive, market, description, column_code,
        CASE expediente % 3 WHEN 0 THEN amount * 2 WHEN 1 THEN round(amount / 2, 4) END, margin_kind, margin, act_id, valid_from, dispensing_units,
        regulated_units, regulated_unit FROM ceiling WHERE amount IS NOT NULL";
/// The verdict stays, but on another ground: an accusation has to say so.
const RENAMED: &str = "UPDATE ceiling SET valid_from = valid_from - 1";
const ENDED: &str = "UPDATE ceiling SET amount = NULL, kind = 'maximum' WHERE expediente % 5 = 0";
const SOLD: &str = "UPDATE sismed_row SET seller_nit = '900123456', operation = 1 WHERE id % 10 = 0";
const REPLACED: &str = "UPDATE sismed_row SET superseded_in = source_file_id WHERE id % 7 = 0 AND part = 0";

async fn previews_count_what_changes(database: &Database) {
    let held = PreviewCache::default();
    let nothing = both(database, &held, "", None, false).await;
    assert!(nothing.reports > 0 && nothing.changed == 0, "{nothing:?}");
    let halved = both(database, &held, HALVED, None, false).await;
    assert!(halved.changed > 0 && halved.bases_changed > 0 && !halved.moved.is_empty(), "{halved:?}");
    let twice = both(database, &held, TWICE, None, false).await;
    assert!(twice.changed > halved.changed / 2, "every verdict on a ceiling says that there are two prices: {twice:?}");
    assert_eq!(both(database, &held, "", None, false).await, nothing, "what was undone is not remembered");
    // Verdicts after the first, and accusations.
    let sold = format!("{SOLD}; {HALVED}");
    assert_eq!(both(database, &held, &sold, None, true).await, halved);
    let evidence = "SELECT count(*) FROM case_evidence WHERE superseded_in IS NULL";
    let accused = number(database, evidence).await;
    assert!(accused > 0, "some reports accuse");
    reports_that_are_named_exist_and_stay(database).await;
    let again = both(database, &held, "", None, false).await;
    assert_eq!((again.reports, again.changed), (halved.reports, 0));
    assert_eq!(again.verdicts.values().sum::<u64>(), halved.reports);
    let regrounded = both(database, &held, RENAMED, None, false).await;
    assert!(regrounded.changed >= u64::try_from(accused).unwrap(), "{regrounded:?}, {accused} accusations");
    let ended = both(database, &held, ENDED, None, true).await;
    assert!(ended.changed > 0, "{ended:?}");
    let client = database.import_connection().await.unwrap();
    client.batch_execute(&format!("SET ROLE NONE; {REPLACED}")).await.unwrap();
    client.query(statements::bump_data_version, &[&None::<i64>]).await.unwrap();
    let after = both(database, &held, HALVED, None, false).await;
    assert!(after.reports < ended.reports, "what was replaced no longer counts");
    let some = every_second(database).await;
    let part = both(database, &held, HALVED, Some(&some), false).await;
    assert!(part.reports > 0 && part.reports < after.reports, "{part:?}");
    // From here on the reports are held, and the law is another one each time.
    let version = "SELECT version FROM data_version";
    let mut ordered = some.clone();
    ordered.sort_unstable();
    let is_held = async || held.find(number(database, version).await, &ordered).is_some();
    assert!(is_held().await);
    for law in [TWICE, "", RENAMED, ENDED, HALVED] {
        let seen = both(database, &held, law, Some(&some), false).await;
        assert_eq!(seen.reports, part.reports, "{law}");
    }
    assert_eq!(both(database, &held, HALVED, Some(&some), false).await, part);
    // What is published is another version, with other verdicts in force.
    assert_eq!(both(database, &held, HALVED, Some(&some), true).await, part);
    assert!(!is_held().await);
    let published = both(database, &held, "", Some(&some), false).await;
    assert_eq!((published.reports, published.changed), (part.reports, 0));
    assert_eq!(both(database, &held, HALVED, Some(&[]), false).await, Rejudged::default());
}

/// Registrations with an even number.
async fn every_second(database: &Database) -> Vec<i32> {
    let list = "SELECT DISTINCT expediente FROM sismed_row WHERE expediente % 2 = 0 ORDER BY expediente DESC";
    database.import_connection().await.unwrap().query(list, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_the_sample() {
    let database = sample("preview").await;
    previews_count_what_changes(&database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_generated_country_with_a_partition_of_its_own() {
    let wanted = Wanted { seed: 3, medicines: 2_000, ceilings: 600, reports: 120_000, faults: 0 };
    let (database, held) = (database("preview_generated").await, PreviewCache::default());
    fill_generated(&database, wanted).await;
    import(&database, SourceKind::Sismed, &sample_file("sismed.csv")).await;
    let parts = "SELECT count(DISTINCT part = 0) FROM sismed_row";
    assert_eq!(number(&database, parts).await, 2, "one file is a partition of its own, one is in the shared one");
    let halved = both(&database, &held, HALVED, None, true).await;
    assert!(halved.changed > 0 && halved.bases_changed > 0 && !halved.moved.is_empty(), "{halved:?}");
    let part = both(&database, &held, TWICE, Some(&every_second(&database).await), false).await;
    assert!(part.changed > 0 && part.reports < halved.reports, "{part:?}");
}

/// The database itself holds evidence and later verdicts to reports that exist, whoever writes them.
async fn reports_that_are_named_exist_and_stay(database: &Database) {
    let client = database.import_connection().await.unwrap();
    for (sql, refused) in [
        ("INSERT INTO reassessment SELECT id + 1000000, part, judged, source_file_id FROM sismed_row LIMIT 1", true),
        ("INSERT INTO reassessment SELECT id, part + 1000000, judged, source_file_id FROM sismed_row LIMIT 1", true),
        (
            "INSERT INTO case_evidence SELECT case_id, report_id + 1000000, basis_id, excess_kind, price, left_side, right_side, factor,
                amount, another_unit_fits, recorded_in, superseded_in, report_part FROM case_evidence LIMIT 1",
            true,
        ),
        ("DELETE FROM sismed_row WHERE id = (SELECT min(report_id) FROM case_evidence)", true),
        ("DELETE FROM sismed_row WHERE id = (SELECT min(report_id) FROM reassessment)", true),
        (
            "INSERT INTO reassessment SELECT id, part, judged, (SELECT max(id) FROM source_file) FROM sismed_row r
                WHERE NOT EXISTS (SELECT FROM reassessment c WHERE c.report_id = r.id) LIMIT 1",
            false,
        ),
    ] {
        let ran = client.batch_execute(&format!("BEGIN; SET LOCAL ROLE NONE; {sql}; ROLLBACK")).await;
        client.batch_execute("ROLLBACK").await.unwrap();
        let code = ran.err().and_then(|error| error.code().map(|code| code.code().to_owned()));
        assert_eq!(code.as_deref(), refused.then_some("23503"), "{sql}");
    }
}
