//! Watches: told of each change at least once, signed, by whatever means it takes, and never where they must not go.

use std::{sync::Arc, time::Duration};

use jiff::civil::date;
use serde_json::{Value, json};
use termometro::{
    http::{Now, params::watching},
    outbound::url_policy::UrlPolicy,
    store::postgres::database::Database,
    workflow::{
        Workflow,
        webhooks::{
            client::{Timeouts, WebhookClient},
            delivering::{RetryPolicy, WebhookSender},
        },
    },
};
use tokio::task::JoinHandle;

use crate::{
    acts_day::{draft, enacted},
    client::Answer,
    expected::{Expected, column, count},
    people::{self, People},
    regulators::fresh,
    server::Server,
    stage::{arrive, python, read_model},
    support,
    webhook_receiver::{Got, Manner, Receiver},
};

const LANTUS: &str = "19914312-20";

struct Stage {
    database: Database,
    people: People,
    server: Server,
    workflow: Workflow,
}

fn clock() -> Now {
    Arc::new(|| (people::now(), date(2026, 11, 23)))
}

pub fn pace() -> RetryPolicy {
    let ms = Duration::from_millis;
    RetryPolicy {
        workers: 3,
        of_host: 3,
        of_holder: 3,
        owners: ms(20),
        poll: ms(20),
        retry_first: ms(40),
        retry_most: ms(200),
        patience: Duration::from_secs(60),
        grace: ms(500),
    }
}

/// What sends the messages of a service, and gives each receiver a second.
pub fn sender(database: &Database, workflow: Workflow, pace: RetryPolicy, now: Now) -> WebhookSender {
    let timeouts = Timeouts { connect: Duration::from_secs(1), overall: Duration::from_secs(1) };
    let compose = watching::compose(read_model(database));
    WebhookSender { workflow, client: WebhookClient::new(timeouts).unwrap(), compose, pace, now }
}

/// Waits until what is at this path is so, at most twenty seconds.
pub async fn until(server: &Server, key: &str, path: &str, what: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..400 {
        let found = server.get_as(key, path).await.data(200);
        if what(&found) {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it stays as it is: {}", server.get_as(key, path).await.body);
}

impl Stage {
    /// On which receivers of this machine may be told.
    async fn set(name: &'static str) -> Self {
        let database = people::sample(name).await;
        let people = People::arrive(database.clone()).await;
        let workflow = support::workflow(database.clone()).with_targets(UrlPolicy::new(true));
        let server = Server::with_workflow(read_model(&database), workflow.clone(), clock()).await;
        Self { database, people, server, workflow }
    }

    /// As long as what is returned lives.
    fn deliver(&self) -> Running {
        self.deliver_at(pace())
    }

    fn deliver_at(&self, pace: RetryPolicy) -> Running {
        Running(tokio::spawn(sender(&self.database, self.workflow.clone(), pace, clock()).run()))
    }

    /// As the auditor, to whom all watches here belong.
    async fn post(&self, once: &str, path: &str, body: &Value) -> Answer {
        self.server.post_as(&self.people.auditor, once, path, body).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.server.get_as(&self.people.auditor, path).await
    }

    async fn watch(&self, once: &str, body: &Value) -> Value {
        self.post(once, "/v1/watches", body).await.data(201)
    }

    async fn publish(&self, once: &str, body: &Value) {
        enacted(&self.server, &self.people, once, body).await.data(201);
    }

    async fn new_ceiling(&self, number: u32, amount: &str) {
        let (title, day) = (format!("Circular {number} de 2027"), format!("2027-{:02}-01", number % 12 + 1));
        let supersedes = format!("circular-{}-2027", number - 1);
        let supersedes: Vec<&str> = if number > 30 { vec![&supersedes] } else { Vec::new() };
        self.publish(&format!("act-{number}"), &draft(&title, &day, &supersedes, &[(LANTUS, "institutional", Some(amount))]))
            .await;
    }

    async fn show(&self, id: &str) -> Value {
        self.get(&format!("/v1/watches/{id}")).await.data(200)
    }

    async fn deliveries(&self, id: &str) -> Value {
        self.get(&format!("/v1/watches/{id}/deliveries")).await.data(200)
    }

    async fn until(&self, id: &str, what: impl Fn(&Value) -> bool) -> Value {
        until(&self.server, &self.people.auditor, &format!("/v1/watches/{id}"), what).await
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

fn event(got: &Got) -> Value {
    serde_json::from_slice(&got.body).unwrap()
}

/// By the example of the documentation, in another language.
fn verified(secret: &str, got: &Got, body: &[u8]) -> bool {
    const CALL: &str = "import json,sys,verify_webhook as v; head=json.loads(sys.argv[2]); sys.exit(0 if v.verify(sys.argv[1], head, sys.stdin.buffer.read()) else 3)";
    let output = python(&["-c", CALL, secret, &json!(got.headers).to_string()], body);
    assert!([Some(0), Some(3)].contains(&output.status.code()), "the example itself failed: {output:?}");
    output.status.success()
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
    assert_eq!(stage.server.get_as(&stage.people.reporter, "/v1/watches").await.data(200), json!([]));
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

    let changed = event(&got);
    assert_has!(changed, {"type": "changes", "/data/watch": made["id"], "/data/count": 2});
    assert_eq!(column(&changed["data"]["changes"], "reason"), ["superseded", "new_act"]);
    assert_has!(changed, {"/data/changes/1/ceiling_after/amount": "30000.00"});
    // Nothing came after it, and it says so.
    assert_eq!(stage.server.data(changed["data"]["next"].as_str().unwrap()).await, json!([]));
    // Who watches everything got the product too.
    assert!(event(&everything.wait_for(1).await[0])["data"]["count"].as_i64().unwrap() >= 2);

    stage.until(&id(&made), |watch| watch["pending"] == 0).await;
    let deliveries = stage.deliveries(&id(&made)).await;
    assert_eq!(count(&deliveries), 1);
    assert_has!(deliveries[0], {"state": "delivered", "attempts": 1, "id": got.headers["webhook-id"], "/last_attempt/status": 204});
    // An act on another medicine is nothing to it.
    let other = draft("Circular 90 de 2027", "2027-09-01", &[], &[("19914312-21", "institutional", Some("9"))]);
    stage.publish("other", &other).await;
    everything.wait_for(2).await;
    // A test arrives like anything else.
    let tested = stage.post("t1", &format!("/v1/watches/{}/test", id(&made)), &json!({})).await.data(202);
    let got = receiver.wait_for(2).await.remove(1);
    assert!(event(&got)["type"] == "test" && verified(&secret, &got, &got.body), "{got:?}");
    assert_eq!(tested["id"], got.headers["webhook-id"]);
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
    let position = |got: &Got| event(got)["data"]["changes"][0]["position"].as_i64().unwrap();
    assert!(position(&got[1]) < position(&got[2]));
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_secret_is_changed_both_sign() {
    let stage = Stage::set("watch_rotation").await;
    let receiver = Receiver::with([]).await;
    let made = stage.watch("w", &json!({"url": receiver.url(), "cums": [LANTUS]})).await;
    let _running = stage.deliver();
    let path = |what: &str| format!("/v1/watches/{}/{what}", id(&made));
    let rotate = async || stage.post("r", &path("secret"), &json!({"reason": "cambio anual"})).await;
    let first = rotate().await;
    assert_eq!(rotate().await.body, first.body, "the second try changes nothing");
    let rotated = first.data(200);
    let (old, new) = (made["secret"].as_str().unwrap(), rotated["secret"].as_str().unwrap());
    assert!(old != new && rotated["previous_secret_until"].is_string());
    let test = async |once: &str| stage.post(once, &path("test"), &json!({})).await.data(202);
    test("t1").await;
    let got = receiver.wait_for(1).await.remove(0);
    assert_eq!(got.headers["webhook-signature"].split(' ').count(), 2);
    assert!(verified(old, &got, &got.body) && verified(new, &got, &got.body));
    // After the overlap only the new one.
    let client = stage.database.import_connection().await.unwrap();
    client.execute("UPDATE watch SET previous_until = clock_timestamp()", &[]).await.unwrap();
    test("t2").await;
    let got = receiver.wait_for(2).await.remove(1);
    assert!(!verified(old, &got, &got.body) && verified(new, &got, &got.body));
    let audit = stage.get("/v1/audit?limit=1000").await.data(200);
    let actions = column(&audit, "action");
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
    stage.post("t", &path("test"), &json!({})).await.data(202);
    receiver.wait_for(1).await;
    stage.until(&id(&made), |watch| watch["pending"] == 0).await;
    let state = async |state: &str| stage.post(state, &path("state"), &json!({"state": state, "reason": "prueba"})).await;
    state("paused").await.data(200);
    // What it had for the watch comes with its commit, once the watch is active again.
    tx.commit().await.unwrap();
    assert_eq!(stage.show(&id(&made)).await["pending"], 1);
    state("active").await.data(200);
    assert_eq!(receiver.wait_for(2).await[1].headers["webhook-id"], format!("msg_{}", "0".repeat(32)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_stays_away_is_given_up_and_taken_up_again() {
    let stage = Stage::set("watch_disabled").await;
    let receiver = Receiver::with(vec![Manner::Status(503); 3]).await;
    let made = stage.watch("w", &json!({"url": receiver.url(), "cums": [LANTUS]})).await;
    let path = |what: &str| format!("/v1/watches/{}/{what}", id(&made));
    let state = async |once: &str, state: &str| {
        stage.post(once, &path("state"), &json!({"state": state, "reason": "prueba"})).await.data(200)
    };
    // While it is paused nothing is kept for it.
    assert_eq!(state("s1", "paused").await["state"], "paused");
    stage.new_ceiling(30, "30000").await;
    assert_eq!(state("s2", "active").await["pending"], 0);
    stage.new_ceiling(31, "31000").await;
    // So little patience that the second refusal ends it, however short the jitter makes the wait.
    let running = stage.deliver_at(RetryPolicy { patience: Duration::from_millis(1), ..pace() });
    let watch = stage.until(&id(&made), |watch| watch["state"] == "disabled").await;
    assert_has!(watch, {"state_reason": "refused_by_receiver (503)", "pending": 1});
    drop(running);
    let audit = stage.get("/v1/audit?limit=1000").await.data(200);
    let last = audit.as_array().unwrap().last().unwrap();
    assert_has!(last, {"action": "disable_watch", "actor": "service", "reason": "refused_by_receiver (503)"});
    assert_eq!(stage.post("t", &path("test"), &json!({})).await.status, 409);
    // Its owner begins again: what was waiting is sent.
    state("s3", "active").await;
    let _running = stage.deliver();
    stage.until(&id(&made), |watch| watch["pending"] == 0).await;
    // Gone for good is gone at once.
    let gone = Receiver::with([Manner::Status(410)]).await;
    let other = stage.watch("w2", &json!({"url": gone.url()})).await;
    stage.new_ceiling(32, "32000").await;
    assert_eq!(stage.until(&id(&other), |watch| watch["state"] == "disabled").await["failures"], 1);
    // A deleted one is not found, and told nothing.
    assert_eq!(state("s4", "deleted").await["state"], "deleted");
    assert_eq!(stage.get(&format!("/v1/watches/{}", id(&made))).await.status, 404);
    let before = receiver.got().len();
    stage.new_ceiling(33, "33000").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(receiver.got().len(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_watch_reaches_an_address_that_is_not_public() {
    let (_, people, server) = arrive("watch_addresses").await;
    let refused = async |body: &Value| server.post_as(&people.auditor, &fresh(), "/v1/watches", body).await;
    let hosts = [
        "127.0.0.1", "10.0.0.1", "192.168.0.10", "172.16.5.4", "169.254.169.254", "100.64.0.1", "0.0.0.0", "[::1]",
        "[::ffff:10.0.0.1]", "[fd00::1]", "[fe80::1]", "2130706433", "017700000001", "0x7f.1", "127.1", "localhost",
    ];
    for host in hosts {
        let fault = refused(&json!({"url": format!("https://{host}/hook")})).await.fault(422);
        assert_has!(fault, {"pointer": "/url", "code": "address_refused"}, "{host}");
    }
    let faulty = [
        ("http://example.org/", "https_only"),
        ("https://example.org:5432/", "port_refused"),
        ("https://user:secret@example.org/", "url_credentials"),
        // The same as of a name inside: which there are is not said.
        ("https://no-such-name.invalid/", "address_refused"),
        ("not a url", "url_malformed"),
    ];
    for (url, code) in faulty {
        assert_eq!(refused(&json!({"url": url})).await.fault(422)["code"], code, "{url}");
    }
    let all_wrong = json!({"url": "https://example.org/", "cums": ["x"], "kinds": ["y"], "description": "x".repeat(201)});
    assert_eq!(count(&refused(&all_wrong).await.problem(400, "bad_body")["errors"]), 3);
    assert_eq!(server.get_as(&people.auditor, "/v1/watches").await.data(200), json!([]));
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
    client.batch_execute(&format!("SET ROLE NONE; UPDATE watch SET url = '{url}', confirmed_at = created_at")).await.unwrap();
    let resolve: termometro::outbound::url_policy::Resolve =
        Arc::new(|_, port| Box::pin(async move { Ok(vec![std::net::SocketAddr::from(([127, 0, 0, 1], port))]) }));
    for (targets, outcome) in
        [(UrlPolicy::new(false), "port_refused"), (UrlPolicy::new(false).resolving(resolve), "address_refused")]
    {
        if outcome == "address_refused" {
            client.batch_execute("UPDATE watch SET url = 'https://hooks.example.org/'").await.unwrap();
        }
        stage.workflow = stage.workflow.clone().with_targets(targets);
        let _running = stage.deliver();
        let path = format!("/v1/watches/{}/deliveries", id(&made));
        until(&stage.server, &stage.people.auditor, &path, |sent| sent[0]["last_attempt"]["outcome"] == outcome).await;
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
