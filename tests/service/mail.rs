//! E-mail: an address is its owner's, confirmed by a form; each message is sent once whatever the relay does, and nothing waits for the relay.

use std::{sync::Arc, time::Duration};

use jiff::{
    SignedDuration,
    civil::{Date, date},
};
use serde_json::{Value, json};
use termometro::{
    domain::access::principal::PrincipalKind,
    http::Now,
    outbound::mail_relay::{MailRelay, RelaySettings, RelayTls},
    workflow::{
        Workflow,
        access::keys::{Holder, NewKey},
        mail::sending::{MailPace, MailSender},
    },
};
use tokio::{net::TcpListener, task::JoinHandle, time::Instant};

use crate::{
    cases::{self, TODAY, World, instant},
    client::Answer,
    expected::{Expected, audited, column, count},
    people,
    regulators::fresh,
    relay::{Relay, RelayManner},
    server::Server,
    sessions::{HERE, OURS, field, post, shown, sign_in},
    stage::{read_model, upload},
    support,
};

const MAIL: &str = "/v1/me/mail";
const MESSAGES: &str = "/v1/me/mail/messages";
const TRIES: usize = 3;

/// The people of the cases, and a service that sends e-mail to a relay of the test.
struct Stage {
    world: World,
    server: Server,
    workflow: Workflow,
    relay: Relay,
}

/// Time goes on from the instant of that day.
fn clock(day: Date) -> Now {
    let begun = Instant::now();
    Arc::new(move || (instant(day).checked_add(SignedDuration::try_from(begun.elapsed()).unwrap()).unwrap(), day))
}

fn pace() -> MailPace {
    let ms = Duration::from_millis;
    MailPace {
        poll: ms(20),
        reminders: Duration::from_secs(3600),
        waits: vec![ms(40); TRIES - 1],
        rest_first: ms(10),
        rest_most: ms(20),
        in_hand: Duration::from_secs(5),
    }
}

struct Running(JoinHandle<()>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Stage {
    async fn set(name: &'static str) -> Self {
        let world = World::on(cases::filled(name, cases::LANTUS).await).await;
        let workflow = support::workflow(world.database.clone()).sending_mail(true);
        let server = Server::with_workflow(read_model(&world.database), workflow.clone(), clock(TODAY)).await;
        Self { world, server, workflow, relay: Relay::open().await }
    }

    /// As long as what is returned lives.
    fn send(&self) -> Running {
        self.send_at(self.relay.address.port(), TODAY)
    }

    fn send_at(&self, port: u16, day: Date) -> Running {
        self.send_by(port, day, RelayTls::Plain, None)
    }

    fn send_by(&self, port: u16, day: Date, tls: RelayTls, authorities: Option<Vec<u8>>) -> Running {
        let settings = RelaySettings {
            host: "127.0.0.1".to_owned(),
            port,
            tls,
            authorities,
            login: None,
            from: "avisos@example.org".to_owned(),
            own_name: "t.example".to_owned(),
            overall: Duration::from_millis(1000),
        };
        let relay = MailRelay::new(settings).unwrap();
        let (workflow, origin) = (self.workflow.clone(), "https://t.example".to_owned());
        Running(tokio::spawn(MailSender { workflow, relay, pace: pace(), now: clock(day), origin }.run()))
    }

    async fn enter(&self, who: &str, address: &str) -> Answer {
        self.server.post_as(who, &fresh(), MAIL, &json!({"address": address})).await
    }

    async fn confirm(&self, who: &str, code: &str) -> Answer {
        self.server.post_as(who, &fresh(), "/v1/me/mail/confirmation", &json!({"code": code})).await
    }

    /// An address that is entered and confirmed; what the relay took before stays.
    async fn confirmed(&self, who: &str, address: &str) {
        let before = self.relay.taken().len();
        self.enter(who, address).await.data(200);
        let taken = self.relay.wait_for(before + 1).await;
        assert_has!(self.confirm(who, &taken[before].code()).await.data(200), {"state": "confirmed"});
    }

    async fn own(&self, who: &str) -> Value {
        self.server.get_as(who, MAIL).await.data(200)
    }

    /// The newest message to somebody, once it has ended.
    async fn ended(&self, who: &str) -> Value {
        for _ in 0..400 {
            let newest = self.server.get_as(who, MESSAGES).await.data(200)[0].clone();
            if newest["state"] != "waiting" {
                return newest;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("it waits: {}", self.server.get_as(who, MESSAGES).await.body);
    }

    async fn suspected(&self) -> String {
        let found = self.server.get_as(&self.world.ana, "/v1/cases?state=suspected").await.data(200);
        found[0]["id"].as_str().unwrap().to_owned()
    }
}

async fn principal(server: &Server, who: &str) -> String {
    server.get_as(who, "/v1/me").await.data(200)["principal"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_confirmed_by_its_owner_with_a_form_and_never_by_reading() {
    let stage = Stage::set("mail_address").await;
    let (world, server, seller) = (&stage.world, &stage.server, stage.world.seller.as_str());
    let _sending = stage.send();
    assert_has!(stage.own(seller).await, {"sends": true, "address": null, "confirmed_at": null});
    for bad in ["ana", "ana@example.org,eva@example.org", "Ana <ana@example.org>", "aná@example.org"] {
        assert_has!(stage.enter(seller, bad).await.fault(422), {"pointer": "/address", "code": "unfit_address"}, "{bad}");
    }
    assert_eq!(stage.enter(seller, "ana@example.org\r\nBcc: eva@example.org").await.status, 400);
    assert_has!(stage.enter(seller, "ventas@example.org").await.data(200), {"state": "waiting"});
    assert_has!(stage.own(seller).await, {"address": "ventas@example.org", "confirmed_at": null});
    assert_eq!(stage.own(&world.ana).await["address"], Value::Null, "each sees their own");

    let taken = stage.relay.wait_for(1).await;
    assert_eq!((taken[0].from.as_str(), taken[0].to.as_slice()), ("avisos@example.org", &["ventas@example.org".to_owned()][..]));
    assert!(taken[0].head.contains("Auto-Submitted: auto-generated"), "{}", taken[0].head);
    let (es, en) = taken[0].text.split_once("--- English ---").unwrap();
    let code = taken[0].code();
    let page = format!("/trabajo/correo?codigo={code}");
    assert!(es.contains(&format!("https://t.example{page}\n")) && en.contains(&format!("{page}&lang=en")), "{}", taken[0].text);

    // Neither another person with the code, nor a wrong one, nor whoever only opens the page.
    stage.confirm(&world.ana, &code).await.problem(409, "conflict");
    stage.confirm(seller, &code.replace(|digit: char| digit.is_ascii_digit(), "a")).await.problem(409, "conflict");
    let cookie = sign_in(server, seller).await;
    let shown_page = shown(server, &cookie, &page).await;
    assert_eq!(stage.own(seller).await["confirmed_at"], Value::Null);
    let [token, once] = ["token", "una_vez"].map(|name| field(&shown_page, name));
    let fields = [("token", &*token), ("una_vez", &once), ("paso", "confirm"), ("codigo", &code)];
    let elsewhere =
        post(server, "/trabajo/correo", &format!("{HERE}sec-fetch-site: cross-site\r\ncookie: {cookie}\r\n"), &fields).await;
    assert_eq!(elsewhere.status, 403, "{}", elsewhere.body);
    let done = post(server, "/trabajo/correo", &format!("{HERE}{OURS}cookie: {cookie}\r\n"), &fields).await;
    assert_eq!((done.status, done.header("location")), (303, Some("/trabajo/correo?hecho=confirm&lang=es")), "{}", done.body);
    assert!(stage.own(seller).await["confirmed_at"].is_string());
    assert!(shown(server, &cookie, "/trabajo/correo").await.body.contains("ventas@example.org"));

    // Another address is confirmed anew; a removed one is gone.
    stage.enter(seller, "otra@example.org").await.data(200);
    assert_has!(stage.own(seller).await, {"address": "otra@example.org", "confirmed_at": null});
    stage.confirm(seller, &code).await.problem(409, "conflict");
    let removed = server.post_as(seller, &fresh(), "/v1/me/mail/removal", &json!({})).await.data(200);
    assert_has!(removed, {"state": "removed"});
    assert_has!(stage.own(seller).await, {"address": null, "entered_at": null});
    let of_seller = audited(server, &world.auditor, &principal(server, seller).await).await;
    for action in ["set_mail_address", "confirm_mail_address", "remove_mail_address"] {
        assert!(of_seller.iter().any(|done| done == action), "{action}: {of_seller:?}");
    }
    assert!(!server.get_as(&world.auditor, "/v1/audit?limit=1000").await.body.contains("example.org"), "no log has an address");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_relay_no_address_is_taken_and_the_status_says_so() {
    let stage = Stage::set("mail_off").await;
    let (off, auditor) = (&stage.world.now, stage.world.auditor.as_str());
    assert_eq!(off.data("/v1/status").await["mail"], false);
    assert_eq!(stage.server.data("/v1/status").await["mail"], true);
    assert_has!(off.get_as(auditor, MAIL).await.data(200), {"sends": false, "address": null});
    off.post_as(auditor, &fresh(), MAIL, &json!({"address": "a@example.org"})).await.problem(409, "conflict");
    // Nobody's mailbox is filled with requests: five a day.
    for number in 0..5 {
        stage.enter(auditor, &format!("a{number}@example.org")).await.data(200);
    }
    stage.enter(auditor, "a5@example.org").await.problem(429, "too_many_requests");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_a_submission_and_a_key_are_written_to_whom_they_concern() {
    let stage = Stage::set("mail_events").await;
    let (world, server, seller) = (&stage.world, &stage.server, stage.world.seller.as_str());
    let sending = stage.send();
    stage.confirmed(seller, "ventas@example.org").await;
    stage.confirmed(&world.ana, "ana@example.org").await;
    let id = stage.suspected().await;
    world.step(server, &world.ana, &id, "notified").await.data(200);
    let taken = stage.relay.wait_for(3).await;
    assert_eq!(taken[2].to, ["ventas@example.org"]);
    for words in [format!("caso {id}"), "hasta el 2026-12-15".to_owned(), format!("https://t.example/trabajo/casos/{id}")] {
        assert!(taken[2].text.contains(&words), "{words}: {}", taken[2].text);
    }
    world.step(server, &world.ana, &id, "dismissed").await.data(200);
    assert!(stage.relay.wait_for(4).await[3].text.contains("fue desestimado"));

    let file = std::fs::read(support::sample_file("submission-lantus-2020-q2.csv")).unwrap();
    let sent = upload(server, seller, &fresh(), "/v1/submissions?period=2020-Q2&name=lantus.csv", "text/csv", &file).await;
    let submission = sent.data(201)["id"].as_str().unwrap().to_owned();
    let taken = stage.relay.wait_for(5).await;
    assert!(taken[4].to == ["ventas@example.org"] && taken[4].text.contains(&submission), "{}", taken[4].text);

    let holder = Holder::New { kind: PrincipalKind::Operator, name: "Rosa León".to_owned(), company: None };
    let new = NewKey { holder, scopes: None, days: 30 };
    let operator = people::made(&stage.workflow, &world.admin, &new, instant(TODAY)).await.key.reveal();
    let body = json!({"principal": principal(server, &world.ana).await, "days": 20, "reason": "la suya vence pronto"});
    let key = server.post_as(&operator, &fresh(), "/v1/api-keys", &body).await.data(201)["id"].as_str().unwrap().to_owned();
    let taken = stage.relay.wait_for(6).await;
    assert!(taken[5].to == ["ana@example.org"] && taken[5].text.contains(&key), "{}", taken[5].text);
    let revoked = format!("/v1/api-keys/{key}/revocation");
    server.post_as(&operator, &fresh(), &revoked, &json!({"reason": "no la pidió"})).await.data(200);
    let taken = stage.relay.wait_for(7).await;
    assert_eq!(taken[6].to, ["ana@example.org"]);
    for words in [format!("Se revocó la llave {key}"), format!("Key {key}, which was in your name, was revoked")] {
        assert!(taken[6].text.contains(&words) && !taken[6].text.contains("no la pidió"), "{}", taken[6].text);
    }
    drop(sending);
    let messages = server.get_as(seller, MESSAGES).await.data(200);
    assert_eq!(column(&messages, "kind"), ["submission_ended", "case_decided", "case_notified", "confirm_address"]);
    assert_has!(messages[2], {"subject": id, "state": "sent", "attempts": 1, "next_at": null});
    assert_eq!(count(&server.get_as(&world.luis, MESSAGES).await.data(200)), 0, "who gave no address gets nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_held_a_key_that_was_revoked_on_the_machine_is_told_once() {
    let stage = Stage::set("mail_revoked").await;
    let (world, server) = (&stage.world, &stage.server);
    let _sending = stage.send();
    stage.confirmed(&world.ana, "ana@example.org").await;
    let mut made = Vec::new();
    for who in [&world.luis, &world.ana] {
        let new = NewKey { holder: Holder::Known(principal(server, who).await), scopes: None, days: 30 };
        made.push(stage.workflow.create_key(&world.admin, &new, instant(TODAY)).await.unwrap().key.id);
    }
    stage.relay.wait_for(2).await;
    for id in &made {
        stage.workflow.revoke_key_as_host(id, "se perdió", instant(TODAY)).await.unwrap();
    }
    let taken = stage.relay.wait_for(3).await;
    assert!(taken[2].to == ["ana@example.org"] && taken[2].text.contains(&made[1]), "{}", taken[2].text);
    assert!(stage.workflow.revoke_key_as_host(&made[1], "otra vez", instant(TODAY)).await.is_err());
    let messages = server.get_as(&world.ana, MESSAGES).await.data(200);
    assert_eq!(column(&messages, "kind"), ["key_revoked", "key_requested", "confirm_address"]);
    assert_eq!(count(&server.get_as(&world.luis, MESSAGES).await.data(200)), 0, "who gave no address gets nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_is_reminded_once_and_what_is_too_late_is_not_sent() {
    let stage = Stage::set("mail_reminder").await;
    let (world, server, seller) = (&stage.world, &stage.server, stage.world.seller.as_str());
    let sending = stage.send();
    stage.confirmed(seller, "ventas@example.org").await;
    drop(sending);
    let id = stage.suspected().await;
    world.step(server, &world.ana, &id, "notified").await.data(200);
    for _ in 0..2 {
        let sending = stage.send_at(stage.relay.address.port(), date(2026, 12, 14));
        let taken = stage.relay.wait_for(2).await;
        assert!(taken[1].text.contains("El último día para responder es el 2026-12-15"), "{}", taken[1].text);
        assert_has!(stage.ended(seller).await, {"kind": "case_reply_due", "subject": id, "state": "sent"});
        drop(sending);
    }
    assert_eq!(stage.relay.taken().len(), 2);
    let messages = server.get_as(seller, MESSAGES).await.data(200);
    assert_eq!(column(&messages, "state"), ["sent", "too_late", "sent"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_relay_does_a_message_has_its_tries_and_no_more() {
    use RelayManner::{DropsInData, Greets, HangsUp, Silent, Takes, ToMessage, ToRecipient};
    let stage = Stage::set("mail_faults").await;
    let (ana, luis) = (stage.world.ana.as_str(), stage.world.luis.as_str());
    let _sending = stage.send();
    let cases: [(&str, &[RelayManner], &str, usize); 9] = [
        (ana, &[HangsUp, Takes], "sent", 2),
        (ana, &[Silent, Takes], "sent", 2),
        (ana, &[Greets(421), Takes], "sent", 2),
        (ana, &[DropsInData, DropsInData, Takes], "sent", 3),
        (ana, &[ToRecipient(451), Takes], "sent", 2),
        (luis, &[ToMessage(451), Takes], "sent", 2),
        (luis, &[ToMessage(554), Takes], "sent", 2),
        (luis, &[ToRecipient(550)], "refused", 1),
        (luis, &[HangsUp; TRIES], "failed", TRIES),
    ];
    for (at, (who, manners, state, attempts)) in cases.into_iter().enumerate() {
        let before = stage.relay.taken().len();
        stage.relay.answer(manners);
        stage.enter(who, &format!("a{at}@example.org")).await.data(200);
        let ended = stage.ended(who).await;
        assert_has!(ended, {"state": state, "attempts": attempts}, "{manners:?}");
        assert_eq!(stage.relay.taken().len() - before, usize::from(state == "sent"), "{manners:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_before_tls_with_a_certificate_that_is_trusted_and_of_that_name() {
    let stage = Stage::set("mail_starttls").await;
    let (own, certificate) = Relay::offering_tls("127.0.0.1").await;
    let (other, of_another_name) = Relay::offering_tls("relay.example.org").await;
    let people = [&stage.world.ana, &stage.world.luis, &stage.world.seller, &stage.world.auditor];
    for (who, relay, authorities, state) in [
        (people[0], &own, Some(certificate.clone()), "sent"),
        (people[1], &own, None, "failed"),
        (people[2], &other, Some(of_another_name), "failed"),
        // It does not offer STARTTLS.
        (people[3], &stage.relay, Some(certificate), "failed"),
    ] {
        let before = relay.taken().len();
        let sending = stage.send_by(relay.address.port(), TODAY, RelayTls::StartTls, authorities);
        stage.enter(who, "ventas@example.org").await.data(200);
        let attempts = if state == "sent" { 1 } else { TRIES };
        assert_has!(stage.ended(who).await, {"state": state, "attempts": attempts});
        drop(sending);
        assert_eq!(relay.taken().len() - before, usize::from(state == "sent"));
        let clear = relay.said_in_clear();
        assert!(clear.iter().any(|command| command.starts_with("EHLO")), "it said nothing: {clear:?}");
        for command in &clear {
            assert!(["EHLO", "STARTTLS", "QUIT"].iter().any(|known| command.starts_with(known)), "{clear:?}");
        }
    }
    assert_eq!(own.taken()[0].to, ["ventas@example.org"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_is_away_holds_up_no_request() {
    let stage = Stage::set("mail_away").await;
    // A port on which nothing listens.
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let _sending = stage.send_at(closed, TODAY);
    let who = [&stage.world.ana, &stage.world.luis, &stage.world.seller];
    let begun = Instant::now();
    for (at, who) in who.iter().enumerate() {
        stage.enter(who, &format!("a{at}@example.org")).await.data(200);
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    for who in who {
        assert_has!(stage.ended(who).await, {"state": "failed", "attempts": TRIES});
    }
    assert!(stage.relay.taken().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_services_one_sends_a_message() {
    const MANY: usize = 20;
    let stage = Stage::set("mail_services").await;
    let seller = stage.world.seller.as_str();
    let sending = [stage.send(), stage.send(), stage.send()];
    stage.confirmed(seller, "ventas@example.org").await;
    let principal = principal(&stage.server, seller).await;
    let at = instant(TODAY);
    support::as_owner(
        &stage.world.database,
        &format!(
            "INSERT INTO mail_message (principal_id, kind, subject, created_at, next_at)
             SELECT '{principal}', 'key_requested', 'k' || n, '{at}', '{at}' FROM generate_series(1, {MANY}) n"
        ),
    )
    .await;
    stage.relay.wait_for(MANY + 1).await;
    let waiting = "SELECT count(*) FROM mail_message WHERE ended_at IS NULL";
    for _ in 0..200 {
        if support::number(&stage.world.database, waiting).await == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    drop(sending);
    let messages = stage.server.get_as(seller, MESSAGES).await.data(200);
    assert!(messages.as_array().unwrap().iter().all(|one| one["state"] == "sent" && one["attempts"] == 1), "{messages}");
    assert_eq!(stage.relay.taken().len(), MANY + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_holds_what_an_address_and_a_message_may_be() {
    let stage = Stage::set("mail_rules").await;
    let (database, seller) = (&stage.world.database, principal(&stage.server, &stage.world.seller).await);
    stage.enter(&stage.world.seller, "ventas@example.org").await.data(200);
    let client = database.import_connection().await.unwrap();
    client.execute("UPDATE mail_message SET ended_at = now(), outcome = 'sent'", &[]).await.unwrap();
    for (code, sql) in [
        ("23514", "UPDATE mail_address SET address = 'a@example.org,b@example.org', confirmed_at = NULL".to_owned()),
        ("23514", "UPDATE mail_address SET address = E'a@example.org\\r\\nBcc: b@example.org', confirmed_at = NULL".to_owned()),
        ("23514", "UPDATE mail_address SET address = 'b@example.org', confirmed_at = now()".to_owned()),
        (
            "23514",
            "DELETE FROM mail_address; INSERT INTO mail_address VALUES ('x', 'b@example.org', now(), now())"
                .replace("'x'", &format!("'{seller}'")),
        ),
        ("42501", "UPDATE mail_message SET outcome = 'failed'".to_owned()),
        ("42501", "UPDATE mail_message SET subject = 'x'".to_owned()),
        ("42501", "TRUNCATE mail_message".to_owned()),
    ] {
        let error = client.batch_execute(&sql).await.unwrap_err();
        assert_eq!(error.code().unwrap().code(), code, "{sql}");
    }
}
