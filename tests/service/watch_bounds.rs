//! Watches within bounds: a handshake first, few at once to one receiver, few tests, and an end with the owner's last key.

use std::{sync::Arc, time::Duration};

use jiff::civil::date;
use serde_json::{Value, json};
use termometro::{
    domain::identifier::api_key::ApiKey,
    outbound::url_policy::UrlPolicy,
    store::postgres::database::Database,
    workflow::{Workflow, webhooks::delivering::RetryPolicy},
};
use tokio::task::JoinHandle;

use crate::{
    expected::Expected,
    people::{self, People},
    regulators::fresh,
    server::Server,
    stage::{python, read_model},
    support,
    watches::{pace, sender, until},
    webhook_receiver::{Manner, Receiver},
};

struct Stage {
    database: Database,
    people: People,
    server: Server,
    workflow: Workflow,
}

impl Stage {
    async fn set(name: &'static str) -> Self {
        let database = people::sample(name).await;
        let people = People::arrive(database.clone()).await;
        let workflow = support::workflow(database.clone()).with_targets(UrlPolicy::new(true));
        let clock = Arc::new(|| (people::now(), date(2026, 11, 23)));
        let server = Server::with_workflow(read_model(&database), workflow.clone(), clock).await;
        Self { database, people, server, workflow }
    }

    fn deliver(&self, pace: RetryPolicy) -> Running {
        let now = Arc::new(|| (people::now(), date(2026, 11, 23)));
        Running(tokio::spawn(sender(&self.database, self.workflow.clone(), pace, now).run()))
    }

    /// Of the auditor; its id.
    async fn watch(&self, url: &str) -> String {
        let made = self.server.post_as(&self.people.auditor, &fresh(), "/v1/watches", &json!({ "url": url })).await.data(201);
        made["id"].as_str().unwrap().to_owned()
    }

    async fn test(&self, id: &str) -> crate::client::Answer {
        self.server.post_as(&self.people.auditor, &fresh(), &format!("/v1/watches/{id}/test"), &json!({})).await
    }

    async fn until(&self, id: &str, what: impl Fn(&Value) -> bool) -> Value {
        until(&self.server, &self.people.auditor, &format!("/v1/watches/{id}"), what).await
    }

    async fn number(&self, sql: &str) -> i64 {
        support::number(&self.database, sql).await
    }
}

struct Running(JoinHandle<()>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_to_whoever_does_not_echo_the_challenge() {
    let stage = Stage::set("watch_challenge").await;
    let receiver = Receiver::with([]).await;
    receiver.echo(false);
    let wanted = json!({"url": receiver.url()});
    let made = stage.server.post_as(&stage.people.auditor, &fresh(), "/v1/watches", &wanted).await.data(201);
    let id = made["id"].as_str().unwrap();
    assert_has!(made, {"state": "active", "confirmed_at": null});
    let _running = stage.deliver(pace());
    stage.test(id).await.data(202);
    // Tried again, with the same id and the same bytes, as anything that fails.
    let watch = stage.until(id, |watch| watch["failures"].as_i64() >= Some(2)).await;
    assert_has!(watch, {"confirmed_at": null, "pending": 1});
    let challenges = receiver.challenges();
    assert_eq!(challenges[0].headers["webhook-id"], challenges[1].headers["webhook-id"]);
    assert_eq!((&challenges[0].body, receiver.got().len()), (&challenges[1].body, 0));
    // It is signed, and the documentation's example echoes it.
    const CALL: &str = "import json,sys,verify_webhook as v; body=sys.stdin.buffer.read(); assert v.verify(sys.argv[1], json.loads(sys.argv[2]), body); print(v.challenge_in(body))";
    let secret = made["secret"].as_str().unwrap();
    let output = python(&["-c", CALL, secret, &json!(challenges[0].headers).to_string()], &challenges[0].body);
    assert!(output.status.success(), "{output:?}");
    let body: Value = serde_json::from_slice(&challenges[0].body).unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), body["data"]["challenge"]);
    receiver.echo(true);
    let watch = stage.until(id, |watch| watch["pending"] == 0).await;
    assert!(watch["confirmed_at"].is_string() && watch["failures"] == 0, "{watch}");
    assert_eq!(receiver.got().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_receiver_does_not_hold_up_the_others() {
    let stage = Stage::set("watch_silent").await;
    let (silent, quick) = (Receiver::with(vec![Manner::Silent; 20]).await, Receiver::with([]).await);
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(stage.watch(&silent.url()).await);
    }
    // Another name of this machine is another host.
    let other = stage.watch(&quick.url().replace("127.0.0.1", "localhost")).await;
    let bounded = RetryPolicy { workers: 2, of_host: 1, of_holder: 2, ..pace() };
    let _running = stage.deliver(bounded);
    for id in ids.iter().chain([&other]) {
        stage.until(id, |watch| watch["confirmed_at"].is_string()).await;
    }
    for id in &ids {
        stage.test(id).await.data(202);
    }
    silent.wait_for(1).await;
    for round in 1..=3 {
        stage.test(&other).await.data(202);
        quick.wait_for(round).await;
        let held = "SELECT count(*) FROM watch WHERE host = '127.0.0.1' AND held_until > clock_timestamp()";
        assert!(stage.number(held).await <= 1, "more than one at once to one host");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_ends_with_its_owners_last_key() {
    let stage = Stage::set("watch_owner").await;
    let receiver = Receiver::with([]).await;
    let id = stage.watch(&receiver.url()).await;
    let key = ApiKey::parse(&stage.people.auditor).unwrap().id;
    {
        let _running = stage.deliver(pace());
        stage.until(&id, |watch| watch["confirmed_at"].is_string()).await;
    }
    stage.test(&id).await.data(202);
    stage.workflow.revoke_key(&stage.people.admin, &key, "se fue", people::now()).await.unwrap();
    let _running = stage.deliver(pace());
    let paused = "SELECT count(*) FROM watch w JOIN watch_message m ON m.watch_id = w.id
        WHERE w.state = 'paused' AND w.state_reason = 'owner_has_no_key' AND m.state = 'dropped'";
    for _ in 0..400 {
        if stage.number(paused).await == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!((stage.number(paused).await, receiver.got().len()), (1, 0));
    let entry = "SELECT count(*) FROM audit_entry WHERE action = 'pause_watch' AND actor = 'service'";
    assert_eq!(stage.number(entry).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn tests_and_new_names_are_few_a_minute() {
    let stage = Stage::set("watch_tests").await;
    let receiver = Receiver::with([]).await;
    let id = stage.watch(&receiver.url()).await;
    for _ in 0..5 {
        stage.test(&id).await.data(202);
    }
    let refused = stage.test(&id).await;
    refused.problem(429, "too_many_requests");
    assert_eq!(refused.header("retry-after"), Some("60"));
    let name = json!({"url": "https://no-such-name.invalid/"});
    for _ in 0..10 {
        let answer = stage.server.post_as(&stage.people.reporter, &fresh(), "/v1/watches", &name).await;
        assert_eq!(answer.fault(422)["code"], "address_refused");
    }
    let refused = stage.server.post_as(&stage.people.reporter, &fresh(), "/v1/watches", &name).await;
    refused.problem(429, "too_many_requests");
    assert!((1..=60).contains(&refused.header("retry-after").unwrap().parse::<u64>().unwrap()));
    // Somebody else still may.
    let answer = stage.server.post_as(&stage.people.approver, &fresh(), "/v1/watches", &name).await;
    assert_eq!(answer.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_that_does_not_change_writes_nothing() {
    let stage = Stage::set("watch_same_state").await;
    let receiver = Receiver::with([]).await;
    let id = stage.watch(&receiver.url()).await;
    let state = async |state: &str| {
        let body = json!({"state": state, "reason": "prueba"});
        stage.server.post_as(&stage.people.auditor, &fresh(), &format!("/v1/watches/{id}/state"), &body).await.data(200)
    };
    assert_eq!(state("paused").await["state"], "paused");
    let written = "SELECT (SELECT count(*) FROM audit_entry) + (SELECT count(*) FROM idempotency_record) + (SELECT sum(writes) FROM daily_write)";
    let before = stage.number(written).await;
    for _ in 0..3 {
        assert_eq!(state("paused").await["state"], "paused");
    }
    assert_eq!(stage.number(written).await, before);
    state("active").await;
    assert_eq!(stage.number(written).await, before + 3);
}
