//! Large submissions are prepared before their turn: others pass meanwhile, and what changed until then counts.

use std::{ops::Deref, time::Duration};

use deadpool_postgres::{ClientWrapper, Transaction};
use serde_json::{Value, json};
use termometro::{store::postgres::database::Database, workflow::Now};

use crate::{
    acts_day::{approved, draft, publish},
    client::Answer,
    expected::{Expected, count},
    people,
    server::Server,
    stage::{REPORTS, arrive, reports_header, upload},
    support::{as_owner, number},
};

const IMPORT_LOCK: i64 = 0x7465_726d_6f02;
const UNFINISHED: &str = "SELECT count(*) FROM submission WHERE finished_at IS NULL";
/// Tables of reports that are no partitions.
const LOOSE: &str =
    "SELECT count(*) FROM pg_class WHERE relname ~ '^sismed_row_[0-9]+$' AND relkind = 'r' AND NOT relispartition";
const PARTITIONS: &str = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'sismed_row'::regclass";
/// The number under which the next one is prepared.
const RESERVED: &str = "SELECT reserve_file_number()";
/// Files whose number, place in the audit log or instant is not in the order of the others.
const OUT_OF_ORDER: &str = "SELECT count(*) FROM (
    SELECT f.id, f.recorded_at, s.position, lag(f.recorded_at) OVER w AS recorded_before,
        (SELECT max(n.position) FROM submission n WHERE n.source_file_id < f.id) AS position_before
    FROM source_file f LEFT JOIN submission s ON s.source_file_id = f.id WINDOW w AS (ORDER BY f.id)
) o WHERE o.recorded_before > o.recorded_at OR o.position_before > o.position";

/// Of the sample's Lantus.
fn sale(month: u8, price: u32) -> String {
    format!("19914312,20,2020,{month},2,VN,1,A,{price},{price},1,{price}\n")
}

/// With eight mebibytes of blank lines.
fn large(rows: &str) -> Vec<u8> {
    format!("{}\n{rows}{}", reports_header(), format!("{}\n", " ".repeat(4_095)).repeat(2_048)).into_bytes()
}

async fn quarter(server: &Server, key: &str, once: &str, body: &[u8]) -> Answer {
    upload(server, key, once, "/v1/submissions?period=2020-Q2", "text/csv", body).await
}

async fn small(server: &Server, key: &str, once: &str, month: u8, price: u32) -> Value {
    quarter(server, key, once, format!("{}\n{}", reports_header(), sale(month, price)).as_bytes()).await.data(201)
}

async fn finished(server: &Server, key: &str, answer: Answer) -> Value {
    assert!([201, 202].contains(&answer.status), "{}", answer.body);
    let path = format!("/v1/submissions/{}", answer.json()["data"]["id"].as_str().unwrap());
    loop {
        let one = server.get_as(key, &path).await.data(200);
        if !one["finished_at"].is_null() {
            return one;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Until `sql` counts as many. A connection may have been killed.
async fn until(database: &Database, sql: &str, count: i64) {
    loop {
        let rows = database.read_connection().await.unwrap().query(sql, &[]).await;
        if rows.is_ok_and(|rows| rows[0].get::<_, i64>(0) == count) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Counts those who wait for their turn among the imports.
fn waiting_sql() -> String {
    format!(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = {}
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        IMPORT_LOCK & 0xffff_ffff
    )
}

async fn until_waiting(database: &Database, count: i64) {
    until(database, &waiting_sql(), count).await;
}

/// Another program has its turn among the imports.
async fn another_turn(database: &Database) -> impl Deref<Target = ClientWrapper> {
    let busy = database.import_connection().await.unwrap();
    busy.execute("SELECT pg_advisory_lock($1)", &[&IMPORT_LOCK]).await.unwrap();
    busy
}

/// That other one lasts until so many wait for theirs. It looks by itself: a connection of the service may have been killed.
async fn end_turn(busy: impl Deref<Target = ClientWrapper>, waiting: i64) {
    let sql = waiting_sql();
    while busy.query_one(sql.as_str(), &[]).await.unwrap().get::<_, i64>(0) != waiting {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    busy.execute("SELECT pg_advisory_unlock_all()", &[]).await.unwrap();
}

/// A preparation waits: whoever makes the same table must know first whether there is one.
async fn blocked<'a>(database: &Database, blocker: &'a mut ClientWrapper) -> Transaction<'a> {
    blocker.batch_execute("SET ROLE NONE; SET idle_in_transaction_session_timeout = 0").await.unwrap();
    let reserved = number(database, RESERVED).await;
    let blocking = blocker.transaction().await.unwrap();
    blocking.batch_execute(&format!("CREATE TABLE sismed_row_{reserved} ()")).await.unwrap();
    blocking
}

/// The verdicts of a submission.
async fn verdicts(server: &Server, key: &str, one: &Value, known_at: &str) -> Value {
    let path = format!("/v1/submissions/{}/assessments?limit=500{known_at}", one["id"].as_str().unwrap());
    server.get_as(key, &path).await.data(200)
}

#[tokio::test(flavor = "multi_thread")]
async fn small_ones_pass_while_a_large_one_is_prepared() {
    let (database, people, server) = arrive("large_passed").await;
    people.workflow.publish_signing_key().await.unwrap();
    let first = small(&server, &people.other_reporter, "first", 4, 33_000).await;
    let reserved = number(&database, RESERVED).await;
    let mut blocker = database.import_connection().await.unwrap();
    let blocking = blocked(&database, &mut blocker).await;
    let body = large(&(sale(4, 171_764) + &sale(5, 33_000)));
    let sent = quarter(&server, &people.reporter, "large", &body);
    let passing = async {
        let preparing = "SELECT count(*) FROM pg_locks w WHERE NOT w.granted AND w.locktype = 'transactionid' AND EXISTS (SELECT FROM pg_locks d
            WHERE d.pid = w.pid AND d.database = (SELECT oid FROM pg_database WHERE datname = current_database()))";
        until(&database, preparing, 1).await;
        let mut passed = Vec::new();
        for month in 4..=6 {
            let one = small(&server, &people.other_reporter, &format!("small-{month}"), month, 34_000).await;
            assert_eq!((&one["state"], one["receipt"].is_string()), (&json!("accepted"), true), "{one}");
            assert_eq!(one["verdicts"].as_object().unwrap().len(), 1, "{one}");
            passed.push(one);
        }
        let instant = format!("&known_at={}", people::now());
        // A service of a test began at its own instant.
        let later = people::server(&database).await;
        let known = verdicts(&later, &people.other_reporter, &passed[0], &instant).await;
        assert_eq!(number(&database, UNFINISHED).await, 1, "the large one is still being prepared");
        blocking.rollback().await.unwrap();
        (passed, instant, later, known)
    };
    let (sent, (passed, instant, later, known)) = tokio::join!(sent, passing);
    let one = finished(&server, &people.reporter, sent).await;
    assert_eq!((&one["state"], &one["verdicts"]), (&json!("accepted"), &json!({"above": 1, "within": 1})), "{one}");
    assert_eq!((number(&database, REPORTS).await, number(&database, PARTITIONS).await), (6, 2));
    let last = small(&server, &people.other_reporter, "last", 6, 35_000).await;
    assert_eq!(number(&database, OUT_OF_ORDER).await, 0);
    let in_between = format!("SELECT count(*) FROM submission WHERE source_file_id < {reserved}");
    assert_eq!(number(&database, &in_between).await, 1 + i64::try_from(passed.len()).unwrap());
    let after = format!("SELECT source_file_id - {reserved} FROM submission WHERE id = '{}'", last["id"].as_str().unwrap());
    assert!(number(&database, &after).await > 0, "{first} {last}");
    // What was known then is what it was.
    assert_eq!((count(&known), &verdicts(&later, &people.other_reporter, &passed[0], &instant).await), (1, &known));
    assert_eq!(count(&verdicts(&later, &people.reporter, &one, &instant).await), 0);
    assert_eq!(count(&verdicts(&later, &people.reporter, &one, "").await), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_published_before_its_turn_decides_what_a_large_one_is_judged_by() {
    let (database, people, server) = arrive("large_overtaken").await;
    let act = draft("Circular 30 de 2026", "2020-05-01", &[], &[("19914312-20", "institutional", Some("30000"))]);
    let act = approved(&server, &people, "act", &act).await;
    // Under the ceiling of today, above that of the act.
    let body = large(&sale(6, 30_050));
    let busy = another_turn(&database).await;
    let publication = publish(&server, &people, "act", &act);
    let sent = async {
        until_waiting(&database, 1).await;
        quarter(&server, &people.reporter, "large", &body).await
    };
    // Prepared under the law of today, it has its turn after the act.
    let (published, sent, ()) = tokio::join!(publication, sent, end_turn(busy, 2));
    published.data(201);
    let one = finished(&server, &people.reporter, sent).await;
    assert_eq!((&one["state"], &one["verdicts"]), (&json!("accepted"), &json!({"above": 1})), "{one}");
    // And what accuses rests on the act.
    let resting =
        "SELECT count(*) FROM case_evidence e JOIN basis b ON b.id = e.basis_id JOIN sismed_report r ON r.id = e.report_id
        WHERE e.superseded_in IS NULL AND r.reporter_nit IS NOT NULL AND b.amount = 30000";
    assert_eq!((number(&database, resting).await, number(&database, LOOSE).await), (1, 0));
    assert_eq!((number(&database, OUT_OF_ORDER).await, number(&database, PARTITIONS).await), (0, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_its_reporter_sent_before_its_turn_was_reported_before() {
    let (database, people, server) = arrive("large_reported").await;
    let (reporter, body) = (&people.reporter, large(&(sale(4, 33_000) + &sale(5, 33_000))));
    let busy = another_turn(&database).await;
    let first = small(&server, reporter, "small", 4, 32_000);
    let sent = async {
        until_waiting(&database, 1).await;
        quarter(&server, reporter, "large", &body).await
    };
    let (_, sent, ()) = tokio::join!(first, sent, end_turn(busy, 2));
    let one = finished(&server, reporter, sent).await;
    assert_eq!((&one["state"], &one["flags"]["reported_before"]), (&json!("accepted"), &json!(1)), "{one}");
    // What it corrects itself does not count as reported before.
    let rectified = one["id"].as_str().unwrap();
    let path = format!("/v1/submissions?period=2020-Q2&rectifies={rectified}");
    let again = large(&(sale(4, 33_100) + &sale(5, 33_100)));
    let second = finished(&server, reporter, upload(&server, reporter, "again", &path, "text/csv", &again).await).await;
    assert_eq!((&second["version"], &second["flags"]["reported_before"]), (&json!(2), &json!(1)), "{second}");
    assert_eq!((number(&database, REPORTS).await, number(&database, OUT_OF_ORDER).await), (3, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_past_is_reserved_anew() {
    let (database, people, server) = arrive("large_past").await;
    let body = large(&sale(4, 33_000));
    let reserved = number(&database, RESERVED).await;
    let busy = another_turn(&database).await;
    let passing = async {
        until_waiting(&database, 1).await;
        as_owner(&database, &format!("SELECT setval('source_file_id_seq', {reserved})")).await;
        end_turn(busy, 1).await;
    };
    let (sent, ()) = tokio::join!(quarter(&server, &people.reporter, "large", &body), passing);
    let one = finished(&server, &people.reporter, sent).await;
    assert_eq!(one["state"], "accepted", "{one}");
    let past = format!("SELECT source_file_id - {reserved} FROM submission");
    assert!(number(&database, &past).await > 0);
    assert_eq!((number(&database, LOOSE).await, number(&database, PARTITIONS).await), (0, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_leaves_nothing_of_a_preparation() {
    let (database, people, server) = arrive("large_killed").await;
    let body = large(&(sale(4, 33_000) + &sale(5, 33_000)));
    let busy = another_turn(&database).await;
    let killing = async {
        until_waiting(&database, 1).await;
        assert_eq!(number(&database, LOOSE).await, 0, "nobody sees it before its turn");
        let kill = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        as_owner(&database, kill).await;
        end_turn(busy, 0).await;
    };
    let (sent, ()) = tokio::join!(quarter(&server, &people.reporter, "large", &body), killing);
    // The read of the answer may meet the killed connection.
    assert!([202, 503].contains(&sent.status), "{}", sent.body);
    until(&database, UNFINISHED, 1).await;
    assert_eq!(
        (number(&database, LOOSE).await, number(&database, PARTITIONS).await, number(&database, REPORTS).await),
        (0, 1, 0)
    );
    let now: Now = std::sync::Arc::new(|| (people::now(), jiff::civil::date(2026, 11, 23)));
    people.workflow.validate_unfinished(&now).await.unwrap();
    assert_eq!((number(&database, UNFINISHED).await, number(&database, REPORTS).await), (0, 2));
    assert_eq!((number(&database, LOOSE).await, number(&database, PARTITIONS).await), (0, 2));
}

/// As a service left it that stopped after it was received.
async fn left_behind(database: &Database, id: &str, body: &[u8]) {
    let client = database.import_connection().await.unwrap();
    client.batch_execute("SET ROLE NONE").await.unwrap();
    let sql = "INSERT INTO submission (id, principal_id, nit, idempotency_key, request_digest, name, format, gzip, period, period_from,
        period_until, bytes, sha256, dry_run, version, received_at, state)
        SELECT $1, principal_id, nit, $1, request_digest, name, format, gzip, period, period_from, period_until, $2, repeat($3, 64), false, 1,
        clock_timestamp(), 'received' FROM submission LIMIT 1";
    client.execute(sql, &[&id, &i64::try_from(body.len()).unwrap(), &&id[10..]]).await.unwrap();
    client.execute("INSERT INTO submission_body VALUES ($1, 0, $2)", &[&id, &body]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn unfinished_small_ones_do_not_wait_for_the_large_one_before_them() {
    let (database, people, server) = arrive("large_unfinished").await;
    small(&server, &people.other_reporter, "first", 4, 33_000).await;
    left_behind(&database, "sAAAAAAAAAa", &large(&sale(5, 33_000))).await;
    left_behind(&database, "sAAAAAAAAAb", format!("{}\n{}", reports_header(), sale(6, 33_000)).as_bytes()).await;
    let mut blocker = database.import_connection().await.unwrap();
    let blocking = blocked(&database, &mut blocker).await;
    let unblocking = async {
        until(&database, UNFINISHED, 1).await;
        blocking.rollback().await.unwrap();
    };
    let now: Now = std::sync::Arc::new(|| (people::now(), jiff::civil::date(2026, 11, 23)));
    let (done, ()) = tokio::join!(people.workflow.validate_unfinished(&now), unblocking);
    done.unwrap();
    assert_eq!((number(&database, UNFINISHED).await, number(&database, REPORTS).await), (0, 3));
    assert_eq!((number(&database, OUT_OF_ORDER).await, number(&database, PARTITIONS).await), (0, 2));
}
