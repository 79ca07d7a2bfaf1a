//! Reports that an earlier release judged by another method do not stay behind: they are judged again once, and say so meanwhile.

use std::time::{Duration, Instant};

use jiff::{Timestamp, civil::date};
use termometro::{
    cluster::Cluster,
    domain::{law::rules::RULE_VERSION, reason::Reason, verdict::judge::Verdict},
    ingest::SourceKind,
    read_model::{ReadModel, verdicts::assessments::AssessmentFilter},
    store::{
        judging::{
            cases,
            rejudge::{bring_up_to_date, rejudge},
        },
        postgres::database::Database,
        transaction::import::{Import, NewFile, lock},
    },
};

use crate::{
    kit::{
        client::Client,
        folder::written,
        people::sample,
        program::{self, Program},
    },
    support::{MAX_AGE_DAYS, SAMPLE_FILES, as_owner, import, now, number, sample_file, stored_assessments},
};

/// As the first method left it: no verdict says that another unit fits, and there are suspicions.
const BY_THE_FIRST_METHOD: &str = "
    INSERT INTO judgement_code
    SELECT DISTINCT r.judged & 4095, a.verdict, NULL, a.minimum_verdict, a.average_verdict, a.maximum_verdict, false
    FROM sismed_row r JOIN judgement_code a ON a.code = r.judged WHERE a.another_unit_fits ON CONFLICT DO NOTHING;
    UPDATE sismed_row SET judged = judged & 4095 WHERE (judged >> 12) & 1 = 1;
    UPDATE sismed_row SET seller_nit = '900123456', operation = 1 WHERE expediente = 19914312;
    UPDATE source_file SET rule_version = '1' WHERE rule_version IS NOT NULL;";
const NOW: (Timestamp, jiff::civil::Date) = (Timestamp::UNIX_EPOCH, date(2026, 11, 29));

/// The sample as an earlier release left it, with its cases; and how many of its reports have another reading.
async fn of_an_earlier_release(name: &'static str) -> (Database, i64) {
    let database = sample(name).await;
    let doubtful = number(&database, "SELECT count(*) FROM assessment WHERE another_unit_fits AND superseded_in IS NULL").await;
    assert!(doubtful >= 5, "{doubtful}");
    as_owner(&database, BY_THE_FIRST_METHOD).await;
    let reports = number(&database, "SELECT max(source_file_id) FROM sismed_row").await;
    let mut client = database.import_connection().await.unwrap();
    let tx = client.transaction().await.unwrap();
    let opened = cases::refresh(&tx, reports, NOW, MAX_AGE_DAYS).await.unwrap().opened;
    tx.commit().await.unwrap();
    assert!(!opened.is_empty());
    as_owner(&database, "UPDATE basis SET rule_version = '1', digest = repeat('0', 64)").await;
    assert_eq!(number(&database, "SELECT count(*) FROM case_file WHERE state <> 'suspected'").await, 0);
    (database, doubtful)
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_of_an_earlier_method_are_judged_again_once_and_their_cases_become_questions() {
    let (database, doubtful) = of_an_earlier_release("rejudged").await;
    let model = ReadModel::new(database.clone(), MAX_AGE_DAYS);
    let before = model.status(NOW.1).await.unwrap();
    assert_eq!((before.rule_version.as_deref(), before.verdicts_up_to_date), (Some("1"), false));
    let version = number(&database, "SELECT version FROM data_version").await;
    let known_before = now(&database).await;

    // Two services start at once: one of them does it.
    let both = tokio::join!(bring_up_to_date(&database, MAX_AGE_DAYS, NOW), bring_up_to_date(&database, MAX_AGE_DAYS, NOW));
    let done: Vec<_> = [both.0.unwrap(), both.1.unwrap()].into_iter().flatten().collect();
    assert_eq!(done.len(), 1);
    assert_eq!((done[0].reports, done[0].changed >= doubtful.unsigned_abs()), (325, true), "{:?}", done[0]);
    assert!(done[0].moved.is_empty(), "above stays above: {:?}", done[0].moved);
    let after = model.status(NOW.1).await.unwrap();
    assert_eq!((after.rule_version.as_deref(), after.verdicts_up_to_date), (Some(RULE_VERSION), true));
    assert_eq!(number(&database, "SELECT version FROM data_version").await, version + 1);
    assert_eq!(number(&database, "SELECT count(*) FROM source_file WHERE kind = 'rejudgement'").await, 1);

    let above = AssessmentFilter { verdict: Some(Verdict::Above), ..AssessmentFilter::default() };
    let said = async |filter: &AssessmentFilter| {
        let list = stored_assessments(&model, filter, None, 1000).await;
        list.iter().filter(|one| one.reason == Some(Reason::AnotherUnitFits)).count()
    };
    assert_eq!(said(&above).await, usize::try_from(doubtful).unwrap());
    assert_eq!(said(&AssessmentFilter { known_at: Some(known_before), ..above }).await, 0, "as it was known then");

    // What was a suspicion without its doubt is a question now.
    let live = "SELECT count(*) FROM case_evidence e JOIN case_file c ON c.id = e.case_id WHERE e.superseded_in IS NULL";
    assert_eq!(number(&database, &format!("{live} AND c.doubtful <> e.another_unit_fits")).await, 0);
    assert!(number(&database, &format!("{live} AND c.state = 'ask_reporter' AND e.another_unit_fits")).await > 0);
    let grounds = "SELECT count(*) FROM case_evidence e JOIN basis b ON b.id = e.basis_id WHERE e.superseded_in IS NULL";
    let earlier = number(&database, &format!("{grounds} AND b.rule_version <> '{RULE_VERSION}'")).await;
    assert_eq!(earlier, 0, "every accusation rests on the new method");
    assert_eq!(number(&database, &format!("{live} AND c.state = 'suspected' AND e.another_unit_fits")).await, 0);
    assert!(number(&database, "SELECT count(*) FROM case_file WHERE state = 'dismissed'").await > 0);

    assert_eq!(bring_up_to_date(&database, MAX_AGE_DAYS, NOW).await.unwrap(), None, "nothing is left to do");
    // Another age limit is another method: what a list said may be too old now.
    assert!(bring_up_to_date(&database, 1, NOW).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_meanwhile_leaves_no_report_behind() {
    let (database, _) = of_an_earlier_release("rejudged_by_an_act").await;
    let mut client = database.import_connection().await.unwrap();
    let tx = client.transaction().await.unwrap();
    lock(&tx).await.unwrap();
    let file = NewFile { kind: "catalogue", name: "act", sha256: &"ac".repeat(32), bytes: 0, sample: false };
    let act = Import::on(tx, &file).await.unwrap();
    // An act concerns its own registrations; under a new method it concerns all.
    assert_eq!(rejudge(&act, MAX_AGE_DAYS, Some(&[])).await.unwrap().reports, 325);
    act.tx.rollback().await.unwrap();

    let few = std::fs::read_to_string(sample_file("sismed.csv")).unwrap().lines().take(4).collect::<Vec<_>>().join("\n");
    import(&database, SourceKind::Sismed, &written("few.csv", &few)).await;
    let status = ReadModel::new(database.clone(), MAX_AGE_DAYS).status(NOW.1).await.unwrap();
    assert!(status.verdicts_up_to_date);
    let wrong = "SELECT count(*) FROM case_evidence e JOIN case_file c ON c.id = e.case_id
        WHERE e.superseded_in IS NULL AND c.state = 'suspected' AND e.another_unit_fits";
    assert_eq!(number(&database, wrong).await, 0, "cases follow");
    assert!(number(&database, "SELECT count(*) FROM case_file WHERE state = 'ask_reporter'").await > 0);
}

#[test]
fn a_service_that_starts_on_verdicts_of_an_earlier_method_replaces_them() {
    let folder = program::folder();
    for (kind, file) in SAMPLE_FILES {
        let import = program::command(&folder).arg("import").arg(kind.code()).arg(sample_file(file)).output().unwrap();
        assert!(import.status.success(), "{file}");
    }
    let cluster = Cluster::start(&folder.join("data")).unwrap();
    let database = cluster.connection_config();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let (client, connection) = database.connect(tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute(BY_THE_FIRST_METHOD).await.unwrap();
    });
    let service = Program::run_in(folder, &["run", "--no-sample"]);
    let client = Client::at(service.address);
    let start = Instant::now();
    let up_to_date = loop {
        assert!(start.elapsed() < Duration::from_secs(60), "the reports were not judged again");
        match runtime.block_on(client.get("/v1/status")).json() {
            answer if answer["data"]["verdicts_up_to_date"] == true => break answer,
            _ => std::thread::sleep(Duration::from_millis(50)),
        }
    };
    assert_eq!(up_to_date["data"]["rule_version"], RULE_VERSION);
    // The program is the last to use the cluster, and stops it.
    drop((cluster, service));
}
