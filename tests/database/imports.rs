//! The life of an import: all or nothing, once, undone by a dry run, corrected by a later list without losing what was said.

use crate::{
    kit::{folder::written, people::sample},
    support::{
        MAX_AGE_DAYS, OPEN_DATA_LIST, SAMPLE_FILES, database, fill_generated, import, import_by, import_open_data_list, now,
        number, sample_file, stored_assessments,
    },
};
use jiff::Timestamp;
use rust_decimal::Decimal;
use termometro::{
    clock::Clock,
    domain::{
        calendar::period::Period,
        law::{
            basis::{LawQuestion, LegalBasis},
            channel::Place,
            rules::Seller,
        },
        verdict::{
            comparison::{Observed, Per},
            judge::Verdict,
        },
    },
    generate::Wanted,
    import::report::ImportOptions,
    ingest::SourceKind,
    read_model::{
        ReadModel,
        verdicts::{
            assessments::AssessmentFilter,
            check::{PriceAnswer, PriceQuestion},
        },
    },
};

fn question(cum: &str, period: &str, amount: &str) -> PriceQuestion {
    let place = Place::from_transaction(1).unwrap();
    let question =
        LawQuestion { cum: cum.parse().unwrap(), period: Period::parse(period).unwrap(), place, seller: Seller::usual(place) };
    PriceQuestion { question, observed: Observed { amount: amount.parse().unwrap(), divided_by: Decimal::ONE, per: Per::Pack } }
}

async fn check(model: &ReadModel, cum: &str, period: &str, amount: &str, known_at: Option<Timestamp>) -> PriceAnswer {
    let version = model.data_version().await.unwrap();
    model.check_price(question(cum, period, amount), known_at, &version).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_of_every_file_is_accounted_for_and_a_second_time_changes_nothing() {
    let database = sample("twice").await;
    let version = number(&database, "SELECT version FROM data_version").await;
    let tables = "SELECT (SELECT count(*) FROM ceiling) + (SELECT count(*) FROM sismed_report) * 1000 + (SELECT count(*) FROM assessment) * 1000000";
    let before = number(&database, tables).await;
    for (kind, file) in SAMPLE_FILES {
        let report = import(&database, kind, &sample_file(file)).await;
        let counts = report.counts;
        assert!(report.already_imported);
        assert!(counts.read > 0 && counts.read == counts.accepted + counts.quarantined + counts.refused, "{file}");
    }
    assert_eq!(number(&database, "SELECT version FROM data_version").await, version);
    assert_eq!(number(&database, tables).await, before);
    let unaccounted = "SELECT count(*) FROM source_file f WHERE rows_quarantined + rows_refused <> (SELECT count(*) FROM source_fault s WHERE s.source_file_id = f.id)";
    assert_eq!(number(&database, unaccounted).await, 0);
    assert_eq!(number(&database, "SELECT count(*) FROM sismed_report r WHERE NOT EXISTS (SELECT 1 FROM assessment a WHERE a.report_id = r.id AND a.superseded_in IS NULL)").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_reads_and_judges_everything_and_keeps_nothing() {
    let database = database("dry").await;
    import(&database, SourceKind::Ceilings, &sample_file("ceilings.xlsx")).await;
    let options = ImportOptions { dry_run: true, ..ImportOptions::new(MAX_AGE_DAYS, Clock::System) };
    let report = import_by(&database, SourceKind::Sismed, &sample_file("sismed.csv"), &options).await.unwrap();
    assert_eq!(report.counts.read, 329);
    assert!(report.verdicts["above"] > 0);
    assert_eq!(number(&database, "SELECT count(*) FROM sismed_report").await, 0);
    assert_eq!(number(&database, "SELECT count(*) FROM source_file").await, 1);
    // And so it can be imported in earnest afterwards.
    assert!(!import(&database, SourceKind::Sismed, &sample_file("sismed.csv")).await.already_imported);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_what_it_should_be_leaves_no_trace() {
    let database = database("broken").await;
    let options = ImportOptions::new(MAX_AGE_DAYS, Clock::System);
    let text = std::fs::read_to_string(sample_file("sismed.csv")).unwrap();
    for (name, text, needle) in [
        ("renamed.csv", text.replace("ValorMaximo", "ValorMaximoNuevo"), "ValorMaximo"),
        (
            "missing.csv",
            text.lines().map(|line| line.rsplit_once(',').unwrap().0.to_owned() + "\n").collect(),
            "ValorTotalFacturado",
        ),
        ("empty.csv", String::new(), "empty"),
    ] {
        let path = written(name, &text);
        let error = import_by(&database, SourceKind::Sismed, &path, &options).await.unwrap_err();
        assert!(error.to_string().contains(needle), "{name}: {error}");
    }
    assert_eq!(number(&database, "SELECT count(*) FROM source_file").await, 0);
    assert_eq!(number(&database, "SELECT count(*) FROM sismed_report").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_act_judges_again_what_it_touches_and_the_earlier_verdicts_stay_readable() {
    let database = sample("act").await;
    let model = ReadModel::new(database.clone(), MAX_AGE_DAYS);
    let late = AssessmentFilter { from: Some(jiff::civil::date(2024, 8, 1)), ..AssessmentFilter::default() };
    let before_at = now(&database).await;
    let before = stored_assessments(&model, &late, None, 1000).await;
    assert!(before.iter().all(|one| one.verdict == Verdict::CannotCompare));
    let untouched = "SELECT count(*) FROM assessment WHERE superseded_in IS NULL AND recorded_in = (SELECT id FROM source_file WHERE kind = 'sismed')";
    let all = number(&database, untouched).await;

    let report = import_open_data_list(&database).await;
    assert!(report.rejudged > 0);
    let after = stored_assessments(&model, &late, None, 1000).await;
    assert!(after.iter().any(|one| one.verdict == Verdict::Above) && after.iter().any(|one| one.verdict == Verdict::Within));
    let then = AssessmentFilter { known_at: Some(before_at), ..late };
    let shown: Vec<_> =
        stored_assessments(&model, &then, None, 1000).await.iter().map(|one| (one.report_id, one.verdict)).collect();
    assert_eq!(shown, before.iter().map(|one| (one.report_id, one.verdict)).collect::<Vec<_>>());
    // Only what the act touches was judged again, and every report still has exactly one current verdict.
    assert_eq!(all - number(&database, untouched).await, i64::try_from(report.rejudged).unwrap());
    assert_eq!(number(&database, "SELECT count(*) FROM assessment WHERE superseded_in IS NULL").await, all);
}

/// The open-data layout with one row, for a correction.
fn open_data_list(amount: &str) -> String {
    let text = std::fs::read_to_string(sample_file(OPEN_DATA_LIST)).unwrap();
    let mut lines = text.lines();
    let (header, first) = (lines.next().unwrap(), lines.next().unwrap());
    assert!(first.contains("\"2,147,666\"") || first.contains("2147666"), "{first}");
    format!("{header}\n{}\n", first.replace("2,147,666", amount).replace("2147666", amount))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_never_changes_what_was_answered_before() {
    let database = database("correction").await;
    let model = ReadModel::new(database.clone(), MAX_AGE_DAYS);
    let cum = "20151854-1";
    import(&database, SourceKind::Ceilings, &written("list-20240815.csv", open_data_list("2147666"))).await;
    let first_at = now(&database).await;
    let asked = check(&model, cum, "2024-09-01", "2147667", None).await;
    assert_eq!(asked.judgement.verdict, Verdict::Above);
    import(&database, SourceKind::Ceilings, &written("list-20240816.csv", open_data_list("2200000"))).await;
    let corrected = check(&model, cum, "2024-09-01", "2147667", None).await;
    assert_eq!(corrected.judgement.verdict, Verdict::Within);
    let replayed = check(&model, cum, "2024-09-01", "2147667", Some(first_at)).await;
    assert_eq!((&replayed.judgement, &replayed.worksheet), (&asked.judgement, &asked.worksheet));
    let before_all = check(&model, cum, "2024-09-01", "2147667", Some("2020-01-01T00:00:00Z".parse().unwrap())).await;
    assert!(matches!(before_all.view.ground, LegalBasis::Unknown { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_imports_of_one_file_at_once_store_it_once() {
    let database = database("race").await;
    import(&database, SourceKind::Ceilings, &sample_file("ceilings.xlsx")).await;
    let file = sample_file("sismed.csv");
    let (one, other) = tokio::join!(import(&database, SourceKind::Sismed, &file), import(&database, SourceKind::Sismed, &file));
    assert!(one.already_imported != other.already_imported);
    assert_eq!(number(&database, "SELECT count(*) FROM sismed_report").await, 325);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_refuses_what_the_program_would_never_write() {
    let database = sample("constraints").await;
    for sql in [
        "UPDATE ceiling SET amount = 'NaN' WHERE id = 1",
        "UPDATE ceiling SET amount = 0 WHERE id = 1",
        "UPDATE sismed_report SET minimum = 0 WHERE id = 1",
        "UPDATE source_file SET rows_read = rows_read + 1",
        "INSERT INTO assessment SELECT report_id, (SELECT max(id) FROM basis), verdict, reason, minimum_verdict, average_verdict, maximum_verdict, another_unit_fits, recorded_in, NULL FROM assessment LIMIT 1",
    ] {
        assert!(database.read_connection().await.unwrap().query(sql, &[]).await.is_err(), "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_age_limit_judges_again_what_was_stored_under_the_old_one() {
    let database = sample("age").await;
    let text = std::fs::read_to_string(sample_file("sismed.csv")).unwrap();
    let some: String = text.lines().take(101).map(|line| line.replace("171764", "171765") + "\n").collect();
    let path = written("sismed-more.csv", &some);
    let options = ImportOptions::new(10, Clock::System);
    import_by(&database, SourceKind::Sismed, &path, &options).await.unwrap();
    // Reading a report recomputes its verdict and refuses one that its stored inputs do not give.
    let model = ReadModel::new(database.clone(), 10);
    let all = stored_assessments(&model, &AssessmentFilter::default(), None, 1_000).await;
    // The other file states a hundred reports again, so that they replace those of the first; the rest is judged again.
    assert_eq!(all.len(), 325);
    let december = |one: &&termometro::read_model::verdicts::assessments::StoredAssessment| one.period.to_string() == "2021-12";
    assert!(all.iter().filter(december).all(|one| one.verdict == Verdict::CannotCompare));
    assert!(all.iter().filter(december).count() > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_known_at_one_instant_is_not_taken_for_another() {
    let database = sample("instants").await;
    let earlier = Some(now(&database).await);
    import_open_data_list(&database).await;
    let later = Some(now(&database).await);
    let cums = "SELECT expediente || '-' || consecutive AS cum FROM medicine ORDER BY expediente, consecutive";
    let rows = database.read_connection().await.unwrap().query(cums, &[]).await.unwrap();
    let model = ReadModel::new(database.clone(), MAX_AGE_DAYS);
    let mut changed = 0;
    for row in &rows {
        let mut said = Vec::new();
        for known_at in [earlier, later, None] {
            let fresh = ReadModel::new(database.clone(), MAX_AGE_DAYS);
            let kept = check(&model, row.get("cum"), "2024-08", "1", known_at).await.view;
            assert_eq!(kept, check(&fresh, row.get("cum"), "2024-08", "1", known_at).await.view);
            said.push(kept);
        }
        changed += usize::from(said[0] != said[1]);
        assert_eq!(said[1], said[2]);
    }
    assert!(changed > 0, "the list that came between changed what is known");
}

/// Until the server takes statistics by itself, whatever comes next would be planned as for empty tables.
#[tokio::test(flavor = "multi_thread")]
async fn an_import_leaves_statistics_of_what_it_filled() {
    let database = database("statistics_of_imports").await;
    fill_generated(&database, Wanted { seed: 3, medicines: 3_000, ceilings: 1_500, reports: 2_000, faults: 0 }).await;
    let client = database.import_connection().await.unwrap();
    for table in ["catalogue_row", "ceiling", "medicine"] {
        let row = client.query_one("SELECT reltuples::bigint AS rows FROM pg_class WHERE relname = $1", &[&table]).await.unwrap();
        let rows: i64 = row.get("rows");
        assert!(rows >= 1_000, "{table}: {rows}");
    }
}
