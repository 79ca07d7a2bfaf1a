//! Watches: told of each change at least once, signed, by whatever means it takes, and never where they must not go.

use std::{
    io::Write,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use jiff::civil::date;
use serde_json::{Value, json};
use termometro::{
    http::{Now, params::watching},
    read_model::ReadModel,
    store::postgres::database::Database,
    workflow::{
        Workflow,
        common::url_policy::UrlPolicy,
        webhooks::{
            client::{Timeouts, WebhookClient},
            delivering::{RetryPolicy, WebhookSender},
        },
    },
};
use tokio::task::JoinHandle;

use crate::{
    acts_day::{approved, draft, publish},
    people::{self, People},
    server::Server,
    support,
    webhook_receiver::{Got, Manner, Receiver},
};

const LANTUS: &str = "19914312-20";
const VERIFIER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/examples");

struct Stage {
    database: Database,
    people: People,
    server: Server,
    workflow: Workflow,
}

fn clock() -> Now {
    Arc::new(|| (people::now(), date(2026, 11, 23)))
}

impl Stage {
    /// On which receivers of this machine may be told.
    async fn set(name: &'static str) -> Self {
        let database = people::sample(name).await;
        let people = People::arrive(database.clone()).await;
        let workflow = support::workflow(database.clone()).with_targets(UrlPolicy::new(true));
        let server =
            Server::with_workflow(ReadModel::new(database.clone(), support::MAX_AGE_DAYS), workflow.clone(), clock()).await;
        Self { database, people, server, workflow }
    }

    fn pace() -> RetryPolicy {
        let ms = Duration::from_millis;
        RetryPolicy {
            workers: 3,
            poll: ms(20),
            retry_first: ms(40),
            retry_most: ms(200),
            patience: Duration::from_secs(60),
            grace: ms(500),
        }
    }

    fn deliverer(&self, pace: RetryPolicy) -> WebhookSender {
        let timeouts = Timeouts { connect: Duration::from_secs(1), overall: Duration::from_secs(1) };
        let compose = watching::compose(ReadModel::new(self.database.clone(), support::MAX_AGE_DAYS));
        WebhookSender {
            workflow: self.workflow.clone(),
            client: WebhookClient::new(timeouts).unwrap(),
            compose,
            pace,
            now: clock(),
        }
    }

    /// As long as what is returned lives.
    fn deliver(&self) -> Running {
        Running(tokio::spawn(self.deliverer(Self::pace()).run()))
    }

    async fn watch(&self, deed: &str, body: &Value) -> Value {
        let made = self.server.post_as(&self.people.auditor, deed, "/v1/watches", body).await;
        assert_eq!(made.status, 201, "{}", made.body);
        made.json()["data"].clone()
    }

    async fn publish(&self, deed: &str, body: &Value) {
        let id = approved(&self.server, &self.people, deed, body).await;
        assert_eq!(publish(&self.server, &self.people, deed, &id).await.status, 201);
    }

    async fn new_ceiling(&self, number: u32, amount: &str) {
        let (title, day) = (format!("Circular {number} de 2027"), format!("2027-{:02}-01", number % 12 + 1));
        let supersedes = format!("circular-{}-2027", number - 1);
        let supersedes: Vec<&str> = if number > 30 { vec![&supersedes] } else { Vec::new() };
        self.publish(&format!("act-{number}"), &draft(&title, &day, &supersedes, &[(LANTUS, "institutional", Some(amount))]))
            .await;
    }

    async fn show(&self, id: &str) -> Value {
        self.server.get_as(&self.people.auditor, &format!("/v1/watches/{id}")).await.json()["data"].clone()
    }

    async fn deliveries(&self, id: &str) -> Vec<Value> {
        let listed = self.server.get_as(&self.people.auditor, &format!("/v1/watches/{id}/deliveries")).await;
        assert_eq!(listed.status, 200, "{}", listed.body);
        listed.json()["data"].as_array().unwrap().clone()
    }

    async fn until(&self, id: &str, what: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..400 {
            let watch = self.show(id).await;
            if what(&watch) {
                return watch;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("it stays as it is: {} {:?}", self.show(id).await, self.deliveries(id).await);
    }
}

struct Running(JoinHandle<()>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn id(watch: &Value) -> String {
    watch["id"].as_str().unwrap().to_owned()
}

/// By the example of the documentation, in another language.
fn verified(secret: &str, got: &Got, body: &[u8]) -> bool {
    const CALL: &str = "import json,sys,verify_webhook as v; head=json.loads(sys.argv[2]); sys.exit(0 if v.verify(sys.argv[1], head, sys.stdin.buffer.read()) else 3)";
    let mut python = Command::new("python3")
        .args(["-B", "-c", CALL, secret, &json!(got.headers).to_string()])
        .env("PYTHONPATH", VERIFIER)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    python.stdin.take().unwrap().write_all(body).unwrap();
    let status = python.wait().unwrap();
    assert!([Some(0), Some(3)].contains(&status.code()), "the example itself failed: {status}");
    status.success()
}

/// What is kept of its answer in the database does not hold the secret, nor does anything else there; and others see nothing of it.
async fn is_its_holders_secret(stage: &Stage, made: &Value) {
    let secret = made["secret"].as_str().unwrap();
    let client = stage.database.import_connection().await.unwrap();
    let kept: String = client.query_one("SELECT string_agg(body, '') FROM idempotency_record", &[]).await.unwrap().get(0);
    let row: String = client.query_one("SELECT string_agg(w::text, '') FROM watch w", &[]).await.unwrap().get(0);
    assert!(kept.contains(&id(made)) && !kept.contains("whsec_") && !row.contains(secret.trim_start_matches("whsec_")));
    assert!(stage.show(&id(made)).await.get("secret").is_none());
    for path in [format!("/v1/watches/{}", id(made)), format!("/v1/watches/{}/deliveries", id(made))] {
        assert_eq!(stage.server.get_as(&stage.people.reporter, &path).await.status, 404);
        assert_eq!(stage.server.get(&path).await.status, 401);
    }
    assert_eq!(stage.server.get_as(&stage.people.reporter, "/v1/watches").await.json()["data"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_told_once_signed_and_whole() {
    let stage = Stage::set("watch_life").await;
    let (receiver, everything) = (Receiver::with([]).await, Receiver::with([]).await);
    // Two services on one database: each message is sent by one of them.
    let _running = (stage.deliver(), stage.deliver());
    let wanted = json!({"url": receiver.url(), "cums": [LANTUS], "kinds": ["ceiling"], "description": "Lantus"});
    let made = stage.watch("w1", &wanted).await;
    let secret = made["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("whsec_") && made["state"] == "active" && made["secret_generation"] == 1, "{made}");
    assert_eq!(stage.watch("w1", &wanted).await, made, "the second try has the same answer");
    is_its_holders_secret(&stage, &made).await;
    let other = stage.watch("w2", &json!({"url": everything.url()})).await;

    stage.new_ceiling(30, "30000").await;
    let got = receiver.wait_for(1).await.remove(0);
    assert_eq!((got.line.as_str(), got.headers["content-type"].as_str()), ("POST /hook?of=prices HTTP/1.1", "application/json"));
    assert!(verified(&secret, &got, &got.body));
    let mut forged = got.body.clone();
    forged[20] ^= 1;
    assert!(!verified(&secret, &got, &forged) && !verified(other["secret"].as_str().unwrap(), &got, &got.body));
    let mut old = got.clone();
    old.headers.insert("webhook-timestamp".to_owned(), (people::now().as_second() - 301).to_string());
    assert!(!verified(&secret, &old, &old.body));

    let event: Value = serde_json::from_slice(&got.body).unwrap();
    assert_eq!((&event["type"], &event["data"]["watch"], &event["data"]["count"]), (&json!("changes"), &made["id"], &json!(2)));
    let reasons: Vec<&str> =
        event["data"]["changes"].as_array().unwrap().iter().map(|one| one["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, ["superseded", "new_act"]);
    assert_eq!(event["data"]["changes"][1]["ceiling_after"]["amount"], "30000.00");
    // Nothing came after it, and it says so.
    let next = stage.server.get(event["data"]["next"].as_str().unwrap()).await.json();
    assert_eq!(next["data"], json!([]));
    // Who watches everything got the product too.
    let whole: Value = serde_json::from_slice(&everything.wait_for(1).await[0].body).unwrap();
    assert!(whole["data"]["count"].as_i64().unwrap() >= 2);

    stage.until(&id(&made), |watch| watch["pending"] == 0).await;
    let deliveries = stage.deliveries(&id(&made)).await;
    assert_eq!((deliveries.len(), &deliveries[0]["state"], &deliveries[0]["attempts"]), (1, &json!("delivered"), &json!(1)));
    assert_eq!(
        (&deliveries[0]["id"], &deliveries[0]["last_attempt"]["status"]),
        (&json!(got.headers["webhook-id"]), &json!(204))
    );
    // An act on another medicine is nothing to it.
    stage
        .publish("other", &draft("Circular 90 de 2027", "2027-09-01", &[], &[("19914312-21", "institutional", Some("9"))]))
        .await;
    everything.wait_for(2).await;
    // A test arrives like anything else.
    let path = format!("/v1/watches/{}/test", id(&made));
    let tested = stage.server.post_as(&stage.people.auditor, "t1", &path, &json!({})).await;
    assert_eq!(tested.status, 202, "{}", tested.body);
    let got = receiver.wait_for(2).await.remove(1);
    let event: Value = serde_json::from_slice(&got.body).unwrap();
    assert!(event["type"] == "test" && verified(&secret, &got, &got.body), "{event}");
    assert_eq!(tested.json()["data"]["id"].as_str(), Some(got.headers["webhook-id"].as_str()));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!((receiver.got().len(), everything.got().len()), (2, 2), "each once");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_tried_again_with_the_same_id_and_no_redirect_is_followed() {
    let stage = Stage::set("watch_retry").await;
    let elsewhere = Receiver::with([]).await;
    let manners = [
        Manner::Status(500),
        Manner::Silent,
        Manner::HangsUp,
        Manner::Redirects(elsewhere.url()),
        Manner::Trickles,
        Manner::Floods,
    ];
    let receiver = Receiver::with(manners).await;
    let made = stage.watch("w", &json!({"url": receiver.url(), "cums": [LANTUS]})).await;
    let _running = stage.deliver();
    stage.new_ceiling(30, "30000").await;
    let started = std::time::Instant::now();
    let got = receiver.wait_for(6).await;
    // Two of them had to be cut off after a second each; the one that talks for ever was believed at its status.
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    stage.until(&id(&made), |watch| watch["pending"] == 0).await;
    for one in &got {
        assert_eq!((&one.headers["webhook-id"], &one.body), (&got[0].headers["webhook-id"], &got[0].body));
        assert!(verified(made["secret"].as_str().unwrap(), one, &one.body));
    }
    let client = stage.database.import_connection().await.unwrap();
    let outcomes: Vec<(String, Option<i16>)> = client
        .query("SELECT outcome, status FROM watch_attempt ORDER BY ordinal", &[])
        .await
        .unwrap()
        .iter()
        .map(|row| (row.get(0), row.get(1)))
        .collect();
    let expected = [
        ("refused_by_receiver", Some(500)),
        ("timed_out", None),
        ("hung_up", None),
        ("refused_by_receiver", Some(307)),
        ("timed_out", None),
        ("delivered", Some(200)),
    ];
    assert_eq!(outcomes, expected.map(|(outcome, status)| (outcome.to_owned(), status)));
    assert!(elsewhere.got().is_empty());
    assert_eq!(stage.deliveries(&id(&made)).await[0]["attempts"], 6);
    assert!(client.execute("UPDATE watch_attempt SET outcome = 'delivered'", &[]).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_dies_before_or_while_it_sends_loses_nothing() {
    let stage = Stage::set("watch_crash").await;
    let receiver = Receiver::with([Manner::Silent]).await;
    let made = stage.watch("w", &json!({"url": receiver.url(), "cums": [LANTUS], "kinds": ["ceiling"]})).await;
    // Committed, and nobody there to send it.
    stage.new_ceiling(30, "30000").await;
    assert_eq!(stage.show(&id(&made)).await["pending"], 1);
    // Another starts, and dies while the receiver has the message and has not answered.
    let first = stage.deliver();
    receiver.wait_for(1).await;
    drop(first);
    // A second change meanwhile: told after the first.
    stage.new_ceiling(31, "31000").await;
    let _second = stage.deliver();
    let got = receiver.wait_for(3).await;
    assert_eq!((&got[0].headers["webhook-id"], &got[0].body), (&got[1].headers["webhook-id"], &got[1].body));
    assert_ne!(got[1].headers["webhook-id"], got[2].headers["webhook-id"]);
    stage.until(&id(&made), |watch| watch["pending"] == 0).await;
    // All that changed has been told, in order.
    let position = |got: &Got| {
        let event: Value = serde_json::from_slice(&got.body).unwrap();
        event["data"]["changes"][0]["position"].as_i64().unwrap()
    };
    assert!(position(&got[1]) < position(&got[2]));
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_secret_is_changed_both_sign() {
    let stage = Stage::set("watch_rotation").await;
    let receiver = Receiver::with([]).await;
    let made = stage.watch("w", &json!({"url": receiver.url(), "cums": [LANTUS]})).await;
    let _running = stage.deliver();
    let path = format!("/v1/watches/{}/secret", id(&made));
    let rotated = stage.server.post_as(&stage.people.auditor, "r", &path, &json!({"reason": "cambio anual"})).await;
    assert_eq!(rotated.status, 200, "{}", rotated.body);
    let again = stage.server.post_as(&stage.people.auditor, "r", &path, &json!({"reason": "cambio anual"})).await;
    assert_eq!(again.body, rotated.body, "the second try changes nothing");
    let (old, new) = (made["secret"].as_str().unwrap(), rotated.json()["data"]["secret"].as_str().unwrap().to_owned());
    assert!(old != new && rotated.json()["data"]["previous_secret_until"].is_string());
    let test = async |deed: &str| {
        let path = format!("/v1/watches/{}/test", id(&made));
        assert_eq!(stage.server.post_as(&stage.people.auditor, deed, &path, &json!({})).await.status, 202);
    };
    test("t1").await;
    let got = receiver.wait_for(1).await.remove(0);
    assert_eq!(got.headers["webhook-signature"].split(' ').count(), 2);
    assert!(verified(old, &got, &got.body) && verified(&new, &got, &got.body));
    // After the overlap only the new one.
    let client = stage.database.import_connection().await.unwrap();
    client.execute("UPDATE watch SET previous_until = clock_timestamp()", &[]).await.unwrap();
    test("t2").await;
    let got = receiver.wait_for(2).await.remove(1);
    assert!(!verified(old, &got, &got.body) && verified(&new, &got, &got.body));
    let audit = stage.server.get_as(&stage.people.auditor, "/v1/audit?limit=1000").await.json();
    let actions: Vec<&str> = audit["data"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert!(actions.ends_with(&["create_watch", "rotate_watch_secret", "test_watch", "test_watch"]), "{actions:?}");
    assert!(!audit.to_string().contains("whsec_"));
}

/// A national import takes minutes, and refers to every watch that it has something for until it commits.
#[tokio::test(flavor = "multi_thread")]
async fn an_import_under_way_holds_up_no_delivery() {
    let stage = Stage::set("watch_beside_import").await;
    let receiver = Receiver::with([]).await;
    let made = stage.watch("w", &json!({"url": receiver.url()})).await;
    let mut importing = stage.database.import_connection().await.unwrap();
    let tx = importing.transaction().await.unwrap();
    tx.execute(
        "INSERT INTO watch_message (id, watch_id, kind, created_at, positions, changes, until_position)
         SELECT 'msg_' || repeat('0', 32), id, 'change', clock_timestamp(), '{1}', 1, 1 FROM watch",
        &[],
    )
    .await
    .unwrap();
    let _running = stage.deliver();
    let path = |what: &str| format!("/v1/watches/{}/{what}", id(&made));
    assert_eq!(stage.server.post_as(&stage.people.auditor, "t", &path("test"), &json!({})).await.status, 202);
    receiver.wait_for(1).await;
    stage.until(&id(&made), |watch| watch["pending"] == 0).await;
    let paused = json!({"state": "paused", "reason": "prueba"});
    assert_eq!(stage.server.post_as(&stage.people.auditor, "p", &path("state"), &paused).await.status, 200);
    // What it had for the watch comes with its commit, once the watch is active again.
    tx.commit().await.unwrap();
    assert_eq!(stage.show(&id(&made)).await["pending"], 1);
    let active = json!({"state": "active", "reason": "prueba"});
    assert_eq!(stage.server.post_as(&stage.people.auditor, "a", &path("state"), &active).await.status, 200);
    assert_eq!(receiver.wait_for(2).await[1].headers["webhook-id"], format!("msg_{}", "0".repeat(32)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_stays_away_is_given_up_and_taken_up_again() {
    let stage = Stage::set("watch_disabled").await;
    let receiver = Receiver::with(vec![Manner::Status(503); 3]).await;
    let made = stage.watch("w", &json!({"url": receiver.url(), "cums": [LANTUS]})).await;
    let path = format!("/v1/watches/{}/state", id(&made));
    let state = async |deed: &str, state: &str| {
        let body = json!({"state": state, "reason": "prueba"});
        stage.server.post_as(&stage.people.auditor, deed, &path, &body).await
    };
    // While it is paused nothing is kept for it.
    assert_eq!(state("s1", "paused").await.json()["data"]["state"], "paused");
    stage.new_ceiling(30, "30000").await;
    assert_eq!(state("s2", "active").await.json()["data"]["pending"], 0);
    stage.new_ceiling(31, "31000").await;
    // So little patience that the second refusal ends it, however short the jitter makes the wait.
    let impatient = RetryPolicy { patience: Duration::from_millis(1), ..Stage::pace() };
    let running = Running(tokio::spawn(stage.deliverer(impatient).run()));
    let watch = stage.until(&id(&made), |watch| watch["state"] == "disabled").await;
    assert_eq!((watch["state_reason"].as_str(), &watch["pending"]), (Some("refused_by_receiver (503)"), &json!(1)));
    drop(running);
    let audit = stage.server.get_as(&stage.people.auditor, "/v1/audit?limit=1000").await.json();
    let last = audit["data"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["action"], &last["actor"], &last["reason"]),
        (&json!("disable_watch"), &json!("service"), &json!("refused_by_receiver (503)"))
    );
    let refused = stage.server.post_as(&stage.people.auditor, "t", &format!("/v1/watches/{}/test", id(&made)), &json!({})).await;
    assert_eq!(refused.status, 409);
    // Its owner begins again: what was waiting is sent.
    assert_eq!(state("s3", "active").await.status, 200);
    let _running = stage.deliver();
    stage.until(&id(&made), |watch| watch["pending"] == 0).await;
    // Gone for good is gone at once.
    let gone = Receiver::with([Manner::Status(410)]).await;
    let other = stage.watch("w2", &json!({"url": gone.url()})).await;
    stage.new_ceiling(32, "32000").await;
    assert_eq!(stage.until(&id(&other), |watch| watch["state"] == "disabled").await["failures"], 1);
    // A deleted one is not found, and told nothing.
    let deleted = state("s4", "deleted").await;
    assert_eq!(deleted.json()["data"]["state"], "deleted", "{}", deleted.body);
    assert_eq!(stage.server.get_as(&stage.people.auditor, &format!("/v1/watches/{}", id(&made))).await.status, 404);
    let before = receiver.got().len();
    stage.new_ceiling(33, "33000").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(receiver.got().len(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_watch_reaches_an_address_that_is_not_public() {
    let database = people::sample("watch_addresses").await;
    let (people, server) = (People::arrive(database.clone()).await, people::server(&database).await);
    let hosts = [
        "127.0.0.1", "10.0.0.1", "192.168.0.10", "172.16.5.4", "169.254.169.254", "100.64.0.1", "0.0.0.0", "[::1]",
        "[::ffff:10.0.0.1]", "[fd00::1]", "[fe80::1]", "2130706433", "017700000001", "0x7f.1", "127.1", "localhost",
    ];
    for (index, host) in hosts.iter().enumerate() {
        let body = json!({"url": format!("https://{host}/hook")});
        let refused = server.post_as(&people.auditor, &format!("h{index}"), "/v1/watches", &body).await;
        let error = refused.json()["errors"][0].clone();
        assert_eq!(
            (refused.status, error["pointer"].as_str(), error["code"].as_str()),
            (422, Some("/url"), Some("address_refused")),
            "{host}"
        );
    }
    let faulty = [
        ("http://example.org/", "https_only"),
        ("https://example.org:5432/", "port_refused"),
        ("https://user:secret@example.org/", "url_credentials"),
        ("https://no-such-name.invalid/", "name_unresolved"),
        ("not a url", "url_malformed"),
    ];
    for (index, (url, code)) in faulty.iter().enumerate() {
        let refused = server.post_as(&people.auditor, &format!("f{index}"), "/v1/watches", &json!({"url": url})).await;
        assert_eq!((refused.status, refused.json()["errors"][0]["code"].as_str()), (422, Some(*code)), "{url}");
    }
    let all_wrong = json!({"url": "https://example.org/", "cums": ["x"], "kinds": ["y"], "description": "x".repeat(201)});
    let refused = server.post_as(&people.auditor, "all", "/v1/watches", &all_wrong).await;
    assert_eq!((refused.status, refused.json()["errors"].as_array().unwrap().len()), (400, 3), "{}", refused.body);
    assert_eq!(server.get_as(&people.auditor, "/v1/watches").await.json()["data"], json!([]));
}

/// A name that led elsewhere when the watch was made: judged again at every try, and the connection made to what was judged.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_moved_to_a_private_address_is_not_followed() {
    let mut stage = Stage::set("watch_rebinding").await;
    let receiver = Receiver::with([]).await;
    let made = stage.watch("w", &json!({"url": receiver.url(), "cums": [LANTUS]})).await;
    stage.new_ceiling(30, "30000").await;
    // The same name, for a service that does not talk to its own machine.
    let client = stage.database.import_connection().await.unwrap();
    let url = format!("https://hooks.example.org:{}/", receiver.address.port());
    client.batch_execute(&format!("SET ROLE NONE; UPDATE watch SET url = '{url}'")).await.unwrap();
    let resolve: termometro::workflow::common::url_policy::Resolve =
        Arc::new(|_, port| Box::pin(async move { Ok(vec![std::net::SocketAddr::from(([127, 0, 0, 1], port))]) }));
    for (targets, outcome) in
        [(UrlPolicy::new(false), "port_refused"), (UrlPolicy::new(false).resolving(resolve), "address_refused")]
    {
        if outcome == "address_refused" {
            client.batch_execute("UPDATE watch SET url = 'https://hooks.example.org/'").await.unwrap();
        }
        stage.workflow = stage.workflow.clone().with_targets(targets);
        let _running = stage.deliver();
        for _ in 0..100 {
            let last = stage.deliveries(&id(&made)).await[0]["last_attempt"]["outcome"].clone();
            if last == outcome {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(stage.deliveries(&id(&made)).await[0]["last_attempt"]["outcome"], outcome);
    }
    assert!(receiver.got().is_empty());
}

/// TLS is checked: an unknown authority or another name's certificate is refused, a known one is not.
#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_must_be_known_and_of_that_name() {
    use termometro::workflow::webhooks::client::Outgoing;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let made = rcgen::generate_simple_self_signed(["hooks.example.org".to_owned()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut bytes = [0; 4096];
            let _ = stream.read(&mut bytes).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
        }
    });
    let timeouts = Timeouts { connect: Duration::from_secs(2), overall: Duration::from_secs(3) };
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate).unwrap();
    let trusting = WebhookClient::trusting(roots, timeouts).unwrap();
    let (right, wrong) = ("https://hooks.example.org/".parse().unwrap(), "https://other.example.org/".parse().unwrap());
    let message = Outgoing { id: "msg_1".to_owned(), seconds: 1, signatures: "v1,x".to_owned(), body: "{}".to_owned() };
    assert_eq!(trusting.send(&right, &[address], &message).await.outcome, "delivered");
    assert_eq!(trusting.send(&wrong, &[address], &message).await.outcome, "tls_failed");
    assert_eq!(WebhookClient::new(timeouts).unwrap().send(&right, &[address], &message).await.outcome, "tls_failed");
    // Nobody listens there.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_eq!(trusting.send(&right, &[closed], &message).await.outcome, "unreachable");
}
