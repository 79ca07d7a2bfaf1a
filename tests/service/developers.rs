//! What developers do: outside the audit log, bounded by the day, forgotten after a time; the keys of one network are one client.

use std::{num::NonZeroU32, sync::Arc};

use jiff::civil::date;
use serde_json::json;
use termometro::{http::access::rate_limit::RateLimits, outbound::url_policy::UrlPolicy, store::postgres::database::Database};

use crate::{
    cache,
    client::Answer,
    expected::Expected,
    people::{self, People},
    regulators::fresh,
    server::Server,
    stage::{arrive, read_model, reports_header, upload},
    support,
    webhook_receiver::Receiver,
};

async fn taken(server: &Server, name: &str) -> String {
    let answer = server.post("/v1/free-keys", &json!({ "name": name })).await.data(201);
    answer["key"].as_str().unwrap().to_owned()
}

/// On which receivers of this machine may be told.
async fn on_loopback(name: &'static str) -> (Database, People, Server) {
    let database = people::sample(name).await;
    let people = People::arrive(database.clone()).await;
    let workflow = support::workflow(database.clone()).with_targets(UrlPolicy::new(true));
    let clock = Arc::new(|| (people::now(), date(2026, 11, 23)));
    (database.clone(), people, Server::with_workflow(read_model(&database), workflow, clock).await)
}

fn remaining(answer: &Answer) -> u64 {
    let text = answer.header("ratelimit").unwrap_or_else(|| panic!("no RateLimit in {}", answer.head));
    text.split("r=").nth(1).unwrap().split(';').next().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn all_keys_of_one_address_share_one_bucket() {
    let database = people::sample("developers_bucket").await;
    let people = People::arrive(database.clone()).await;
    let limits = RateLimits {
        address_per_minute: NonZeroU32::new(1_000),
        key_per_minute: NonZeroU32::new(100),
        keys_per_address_per_day: NonZeroU32::new(5),
        trusted_proxies: vec!["127.0.0.1/32".parse().unwrap()],
        ..RateLimits::default()
    };
    let clock = Arc::new(|| (people::now(), date(2026, 11, 23)));
    let (server, answers) = Server::rated(read_model(&database), limits, clock).await;
    cache::filled(&answers).await;
    let from = async |address: &str| {
        let headers = format!("x-forwarded-for: {address}\r\ncontent-type: application/json\r\n");
        let answer = server.ask("POST", "/v1/free-keys", &headers, Some(r#"{"name":"a"}"#)).await.data(201);
        answer["key"].as_str().unwrap().to_owned()
    };
    let (one, two, elsewhere) = (from("198.51.100.7").await, from("198.51.100.7").await, from("203.0.113.9").await);
    let left = async |key: &str| remaining(&server.get_as(key, "/v1/acts").await);
    assert_eq!((left(&one).await, left(&two).await, left(&one).await), (99, 98, 97));
    assert_eq!(left(&elsewhere).await, 99, "another address has its own");
    assert_eq!(left(&people.auditor).await, 99, "a key that was not free has its own");
    // The database does not know the address.
    let rows = "SELECT count(*) FROM api_key k WHERE k::text LIKE '%198.51.100%' OR k::text LIKE '%3325256711%'";
    assert_eq!(support::number(&database, rows).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_holds_nothing_that_strangers_wrote() {
    let (database, people, server) = on_loopback("developers_audit").await;
    let entries = async || server.get_as(&people.auditor, "/v1/audit?limit=1000").await.data(200);
    let before = entries().await;
    // As if the owner of the machine had done it.
    let headers = "x-request-id: command-line\r\ncontent-type: application/json\r\n";
    let answer = server.ask("POST", "/v1/free-keys", headers, Some(r#"{"name":"host"}"#)).await;
    assert_eq!(answer.header("x-request-id"), Some("client:command-line"));
    let key = answer.data(201)["key"].as_str().unwrap().to_owned();
    let receiver = Receiver::with([]).await;
    let made = server.post_as(&key, &fresh(), "/v1/watches", &json!({"url": receiver.url()})).await.data(201);
    let path = |what: &str| format!("/v1/watches/{}/{what}", made["id"].as_str().unwrap());
    server.post_as(&key, &fresh(), &path("test"), &json!({})).await.data(202);
    server.post_as(&key, &fresh(), &path("secret"), &json!({"reason": "cambio"})).await.data(200);
    server.post_as(&key, &fresh(), &path("state"), &json!({"state": "deleted", "reason": "ya no"})).await.data(200);
    assert_eq!(entries().await, before);
    let client = database.import_connection().await.unwrap();
    let events =
        "SELECT action || ' ' || (principal_id IS NOT NULL) || ' ' || left(request_id, 7) FROM developer_event ORDER BY id";
    let events: Vec<String> = client.query(events, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
    assert_eq!(events[0], "give_free_key true client:");
    let actions: Vec<&str> = events.iter().map(|event| event.split(' ').next().unwrap()).collect();
    assert_eq!(actions, ["give_free_key", "create_watch", "test_watch", "rotate_watch_secret", "change_watch"]);
    // Of those who are in the audit log, ids of clients are marked too.
    let headers = format!(
        "authorization: Bearer {}\r\nidempotency-key: {}\r\nx-request-id: command-line\r\ncontent-type: application/json\r\n",
        people.auditor,
        fresh()
    );
    let body = json!({"url": receiver.url()}).to_string();
    server.ask("POST", "/v1/watches", &headers, Some(&body)).await.data(201);
    let last = entries().await.as_array().unwrap().last().unwrap().clone();
    assert_has!(last, {"action": "create_watch", "actor": "Contraloría", "request_id": "client:command-line"});
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_has_an_allowance_that_the_keys_of_one_network_share() {
    let (database, people, server) = on_loopback("developers_allowance").await;
    let receiver = Receiver::with([]).await;
    let (one, two) = (taken(&server, "a").await, taken(&server, "b").await);
    let watch = async |key: &str| server.post_as(key, &fresh(), "/v1/watches", &json!({"url": receiver.url()})).await;
    watch(&one).await.data(201);
    let client = database.import_connection().await.unwrap();
    assert_eq!(client.execute("UPDATE daily_write SET writes = 300", &[]).await.unwrap(), 1);
    for key in [&one, &two] {
        let refused = watch(key).await;
        refused.problem(429, "too_many_requests");
        assert!((1..=86_400).contains(&refused.header("retry-after").unwrap().parse::<u64>().unwrap()));
    }
    assert_eq!(support::number(&database, "SELECT sum(writes) FROM daily_write").await, 300, "what is refused is not counted");
    watch(&people.auditor).await.data(201);
    // A new day.
    client.execute("UPDATE daily_write SET day = day - 1", &[]).await.unwrap();
    watch(&two).await.data(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_for_a_time_is_forgotten_and_not_before() {
    let (database, people, server) = on_loopback("developers_forgotten").await;
    let receiver = Receiver::with([]).await;
    let key = taken(&server, "a").await;
    let made = server.post_as(&key, "once", "/v1/watches", &json!({"url": receiver.url()})).await.data(201);
    let path = format!("/v1/watches/{}/state", made["id"].as_str().unwrap());
    let test = format!("/v1/watches/{}/test", made["id"].as_str().unwrap());
    server.post_as(&key, &fresh(), &test, &json!({})).await.data(202);
    server.post_as(&key, &fresh(), &path, &json!({"state": "deleted", "reason": "x"})).await.data(200);
    let owner = database.import_connection().await.unwrap();
    let attempt = "SET ROLE NONE; INSERT INTO watch_attempt (message_number, ordinal, at, outcome, milliseconds)
        SELECT number, 1, clock_timestamp(), 'timed_out', 1 FROM watch_message; SET ROLE termometro_service";
    owner.batch_execute(attempt).await.unwrap();
    for table in ["developer_event", "idempotency_record", "watch_message", "watch_attempt"] {
        let error = owner.execute(&format!("DELETE FROM {table}"), &[]).await.unwrap_err();
        assert_eq!(error.code().unwrap().code(), "42501", "{table}: {error}");
    }
    let rows = "SELECT (SELECT count(*) FROM developer_event) * 1000 + (SELECT count(*) FROM idempotency_record) * 100
        + (SELECT count(*) FROM watch_message) * 10 + (SELECT count(*) FROM watch_attempt)";
    assert_eq!(people.workflow.forget_old().await.unwrap(), 0);
    assert_eq!(support::number(&database, rows).await, 4311);
    // Eight days later the answers are forgotten, ninety-one days later the rest.
    let passed = async |days: u32| {
        let back = format!("clock_timestamp() - interval '{days} days'");
        owner
            .batch_execute(&format!(
                "SET ROLE NONE; SET session_replication_role = replica; UPDATE idempotency_record SET at = {back};
                 UPDATE developer_event SET at = {back}; UPDATE watch_message SET ended_at = {back}; UPDATE watch_attempt SET at = {back};
                 UPDATE daily_write SET day = ({back})::date; SET session_replication_role = DEFAULT; SET ROLE termometro_service"
            ))
            .await
            .unwrap();
    };
    passed(8).await;
    people.workflow.forget_old().await.unwrap();
    assert_eq!(support::number(&database, rows).await, 4011);
    passed(91).await;
    people.workflow.forget_old().await.unwrap();
    assert_eq!(support::number(&database, rows).await, 0);
    assert_eq!(support::number(&database, "SELECT count(*) FROM daily_write").await, 0);
}

/// The list of sources is public; what a reporter sent is not.
#[tokio::test(flavor = "multi_thread")]
async fn sources_tell_of_a_submission_nothing_but_its_id() {
    let (_, people, server) = arrive("sources_private").await;
    people.workflow.publish_signing_key().await.unwrap();
    let body = format!("{},NitContraparte\n19914312,20,2020,5,2,VN,1,A,33000,33052,10,330400,\n", reports_header());
    let path = "/v1/submissions?period=2020-Q2&name=secreto.csv";
    let sent = upload(&server, &people.reporter, &fresh(), path, "text/csv", body.as_bytes()).await.data(201);
    let sources = server.data("/v1/sources?limit=1000").await;
    let one = sources.as_array().unwrap().iter().find(|file| file["kind"] == "submission").unwrap();
    assert_has!(*one, {"name": format!("submission {}", sent["id"].as_str().unwrap()), "sha256": "", "bytes": 0, "rows_read": 0,
        "rows_accepted": 0, "rows_quarantined": 0, "rows_refused": 0, "reasons": {}, "layout": "", "cut_date": null});
    let digest = sent["sha256"].as_str().unwrap();
    let csv = server.get("/v1/sources?limit=1000&format=csv").await.body;
    for text in [one.to_string(), csv] {
        assert!(!text.contains(digest) && !text.contains("secreto"), "{text}");
    }
    // Whoever has a copy cannot find out whether it was sent.
    let known = server.get(&format!("/v1/sources/{digest}/faults")).await;
    let unknown = server.get(&format!("/v1/sources/{}/faults", "0".repeat(64))).await;
    assert_eq!((known.status, unknown.status), (404, 404));
}
