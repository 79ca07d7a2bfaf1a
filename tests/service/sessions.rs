//! Sessions in a browser: how they begin, what they open, when they end, and that no other site acts through them.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use termometro::{
    domain::access::principal::{PrincipalKind, Scope},
    store::postgres::database::Database,
    workflow::access::keys::{Holder, NewKey},
};
use url::form_urlencoded::Serializer;

use crate::{
    acts_day::draft,
    cases::{self, LATER, TODAY, World, instant},
    client::Answer,
    expected::{Expected, audited, count},
    pages::text,
    regulators::fresh,
    server::Server,
    stage::read_model,
    support,
};

/// As a browser says that a form stood in a page of this service.
pub const OURS: &str = "sec-fetch-site: same-origin\r\n";
pub const HERE: &str = "host: localhost\r\n";

fn encoded(fields: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(fields).finish()
}

pub async fn post(server: &Server, path: &str, headers: &str, fields: &[(&str, &str)]) -> Answer {
    let headers = format!("content-type: application/x-www-form-urlencoded\r\n{headers}");
    server.ask("POST", path, &headers, Some(&encoded(fields))).await
}

/// The value of a hidden field.
pub fn field(page: &Answer, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let at = page.body.find(&start).unwrap_or_else(|| panic!("no field {name}: {}", page.body)) + start.len();
    let value = page.body[at..].split('"').next().unwrap();
    value.replace("&#x2f;", "/").replace("&amp;", "&")
}

/// What a browser keeps of its session: `name=value`.
pub fn cookie(answer: &Answer) -> String {
    let set = answer.header("set-cookie").unwrap_or_else(|| panic!("no cookie: {} {}", answer.head, answer.body));
    set.split(';').next().unwrap().to_owned()
}

pub async fn sign_in(server: &Server, key: &str) -> String {
    let answer = post(server, "/trabajo/entrar", &format!("{HERE}{OURS}"), &[("llave", key)]).await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/trabajo?lang=es")), "{}", answer.body);
    cookie(&answer)
}

/// A page of somebody who is signed in.
pub async fn open(server: &Server, cookie: &str, path: &str) -> Answer {
    server.ask("GET", path, &format!("{HERE}cookie: {cookie}\r\n"), None).await
}

pub async fn shown(server: &Server, cookie: &str, path: &str) -> Answer {
    let page = open(server, cookie, path).await;
    assert_eq!((page.status, page.header("cache-control")), (200, Some("no-store")), "{path}: {}", page.body);
    page
}

pub fn is_sign_in(answer: &Answer) -> bool {
    answer.status == 303 && answer.header("location").is_some_and(|to| to.starts_with("/trabajo/entrar?volver="))
}

/// The form of a case, filled in and sent with these headers.
async fn step(server: &Server, cookie: &str, id: &str, (to, reason): (&str, &str)) -> Answer {
    let path = format!("/trabajo/casos/{id}");
    let page = shown(server, cookie, &path).await;
    let [token, once, version] = ["token", "una_vez", "version"].map(|name| field(&page, name));
    let fields = [("token", &*token), ("una_vez", &once), ("version", &version), ("paso", to), ("motivo", reason)];
    post(server, &path, &format!("{HERE}{OURS}cookie: {cookie}\r\n"), &fields).await
}

/// Everything that a page may change.
async fn changed(database: &Database) -> (i64, i64, i64) {
    let number = async |sql| support::number(database, sql).await;
    (
        number("SELECT count(*) FROM audit_entry").await,
        number("SELECT count(*) FROM case_event").await,
        number("SELECT count(*) FROM browser_session WHERE ended_at IS NULL").await,
    )
}

async fn world(name: &'static str) -> World {
    World::on(cases::filled(name, cases::LANTUS).await).await
}

/// Cases in a state from which they can be dismissed.
async fn open_cases(world: &World) -> Vec<String> {
    let all = world.get(&world.ana, "/v1/cases?limit=1000").await.data(200);
    let of = |state: &str| -> Vec<String> {
        let in_state = all.as_array().unwrap().iter().filter(|case| case["state"] == state);
        in_state.map(|case| case["id"].as_str().unwrap().to_owned()).collect()
    };
    let found = [of("suspected"), of("ask_reporter")].into_iter().find(|found| found.len() >= 2);
    found.expect("the sample has two cases of one state")
}

async fn later(database: &Database, after: Timestamp, minutes: i64) -> Server {
    let now = after.checked_add(SignedDuration::from_mins(minutes)).unwrap();
    Server::living(read_model(database), now, TODAY).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_opens_pages_and_never_the_api() {
    let world = world("sessions_api").await;
    let ana = sign_in(&world.now, &world.ana).await;
    shown(&world.now, &ana, "/trabajo").await;
    let id = &open_cases(&world).await[0];
    let with_cookie = format!("{HERE}cookie: {ana}\r\n");
    for path in ["/v1/me", "/v1/cases", &format!("/v1/cases/{id}"), "/v1/audit", "/v1/act-drafts", "/v1/submissions"] {
        world.now.ask("GET", path, &with_cookie, None).await.problem(401, "unauthenticated");
    }
    let headers = format!("{with_cookie}{OURS}idempotency-key: {}\r\ncontent-type: application/json\r\n", fresh());
    let body = json!({"to": "dismissed", "reason": "x", "version": 1}).to_string();
    let path = format!("/v1/cases/{id}/transitions");
    world.now.ask("POST", &path, &headers, Some(&body)).await.problem(401, "unauthenticated");
    assert_eq!(world.case(id).await["version"], 1);
    // Without a cookie, with one that nobody gave, and with two, a page asks for the key.
    let foreign = format!("tmo_session={}", "x".repeat(43));
    for cookie in ["", &foreign, &format!("{ana}; {ana}"), &ana.replace("tmo_session", "__Host-tmo_session")] {
        assert!(is_sign_in(&open(&world.now, cookie, "/trabajo").await), "{cookie}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn over_plain_http_a_cookie_is_given_on_this_machine_only() {
    let world = world("sessions_reach").await;
    let wanted = [("llave", world.ana.as_str())];
    for headers in [
        "host: t\r\n",
        "host: t.example\r\n",
        &format!("{HERE}x-forwarded-for: 198.51.100.1\r\n"),
        &format!("{HERE}via: 1.1 p\r\n"),
    ] {
        let refused = post(&world.now, "/trabajo/entrar", &format!("{headers}{OURS}"), &wanted).await;
        assert_eq!((refused.status, refused.header("set-cookie")), (403, None), "{headers}");
        assert!(refused.body.contains("https"), "{}", refused.body);
        let asking = world.now.ask("GET", "/trabajo/entrar", headers, None).await;
        assert!(asking.status == 200 && !asking.body.contains("llave\""), "no form where a key must not be typed");
    }
    for host in ["localhost", "localhost:8080", "127.0.0.1:8080", "[::1]:8080"] {
        let given = post(&world.now, "/trabajo/entrar", &format!("host: {host}\r\n{OURS}"), &wanted).await;
        let set = given.header("set-cookie").unwrap();
        assert!(set.starts_with("tmo_session=") && set.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{host}: {set}");
    }
    // As it reaches a service whose public origin is set.
    let path = "https://t.example/trabajo/entrar";
    let given = post(&world.now, path, "host: t.example\r\norigin: https://t.example\r\n", &wanted).await;
    let set = given.header("set-cookie").unwrap();
    assert!(set.starts_with("__Host-tmo_session=") && set.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"), "{set}");
    let headers = format!("host: t.example\r\ncookie: {}\r\n", cookie(&given));
    assert_eq!(world.now.ask("GET", "https://t.example/trabajo", &headers, None).await.status, 200);
}

/// What a browser, or somebody without one, may say of where a form stood; none of it is a page of this service.
pub const ELSEWHERE: [&str; 10] = [
    "",
    "sec-fetch-site: cross-site\r\norigin: https://evil.example\r\n",
    "sec-fetch-site: same-site\r\norigin: http://other.localhost\r\n",
    "sec-fetch-site: none\r\n",
    "sec-fetch-site: cross-site\r\norigin: http://localhost\r\n",
    "sec-fetch-site: same-origin\r\nsec-fetch-site: cross-site\r\n",
    "origin: http://evil.example\r\n",
    "origin: null\r\n",
    "origin: http://localhost:81\r\n",
    "origin: https://localhost\r\n",
];

#[tokio::test(flavor = "multi_thread")]
async fn no_other_site_acts_through_a_session() {
    let world = world("sessions_csrf").await;
    let server = &world.now;
    let (old, luis) = (sign_in(server, &world.ana).await, sign_in(server, &world.luis).await);
    let old_token = field(&shown(server, &old, "/trabajo").await, "token");
    let luis_token = field(&shown(server, &luis, "/trabajo").await, "token");
    // The same person again, in the same browser: the session before has ended.
    let again = format!("{HERE}{OURS}cookie: {old}\r\n");
    let ana = cookie(&post(server, "/trabajo/entrar", &again, &[("llave", &world.ana)]).await);
    assert!(is_sign_in(&open(server, &old, "/trabajo").await));

    let id = open_cases(&world).await[0].clone();
    let path = format!("/trabajo/casos/{id}");
    let page = shown(server, &ana, &path).await;
    let [token, once, version] = ["token", "una_vez", "version"].map(|name| field(&page, name));
    let before = changed(&world.database).await;
    let fields = |token: &str| -> Vec<(String, String)> {
        let all = [
            ("token", token),
            ("una_vez", &once),
            ("version", &version),
            ("paso", "dismissed"),
            ("motivo", "x"),
            ("llave", &world.ana),
        ];
        all.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    };
    let mut tried = 0;
    for to in [&path, "/trabajo/salir", "/trabajo/sesiones", "/trabajo/entrar"] {
        for from in ELSEWHERE {
            let fields = fields(&token);
            let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let refused = post(server, to, &format!("{HERE}{from}cookie: {ana}\r\n"), &fields).await;
            assert_eq!((refused.status, refused.header("set-cookie")), (403, None), "{to} {from}");
            tried += 1;
        }
        for wrong in ["", "x", &old_token, &luis_token] {
            if to == "/trabajo/entrar" {
                continue;
            }
            let fields = fields(wrong);
            let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let refused = post(server, to, &format!("{HERE}{OURS}cookie: {ana}\r\n"), &fields).await;
            assert!(
                [200, 403].contains(&refused.status) && refused.body.contains("Revise y envíe"),
                "{to} {wrong}: {}",
                refused.status
            );
            tried += 1;
        }
        let fields = fields(&token);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        for method in ["GET", "HEAD", "PUT", "DELETE"] {
            let headers = format!("{HERE}{OURS}cookie: {ana}\r\ncontent-length: 0\r\n");
            let answer = server.ask(method, &format!("{to}?{}", encoded(&fields)), &headers, None).await;
            assert!([200, 405].contains(&answer.status), "{method} {to}: {}", answer.status);
            tried += 1;
        }
    }
    assert_eq!((changed(&world.database).await, tried), (before, 68), "nothing has changed");
    assert_eq!(world.case(&id).await["version"], 1);

    // A browser that says only the origin, and one that says where the form stood.
    let headers = format!("{HERE}origin: http://localhost\r\ncookie: {ana}\r\n");
    let fields = fields(&token);
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(post(server, &path, &headers, &fields).await.status, 303);
    assert_eq!(world.case(&id).await["case"]["state"], "dismissed");
    assert_eq!(step(server, &ana, &id, ("closed", "hecho")).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_by_a_page_is_the_step_of_the_api() {
    let world = world("sessions_audit").await;
    let [by_api, by_page] = <[String; 2]>::try_from(open_cases(&world).await[..2].to_vec()).unwrap();
    let body = json!({"to": "dismissed", "reason": "no hay mérito\npara seguir", "version": 1});
    world.now.post_as(&world.ana, &fresh(), &format!("/v1/cases/{by_api}/transitions"), &body).await.data(200);

    let ana = sign_in(&world.now, &world.ana).await;
    let path = format!("/trabajo/casos/{by_page}");
    let page = shown(&world.now, &ana, &path).await;
    let [token, once, version] = ["token", "una_vez", "version"].map(|name| field(&page, name));
    let typed = [
        ("token", &*token),
        ("una_vez", &once),
        ("version", &version),
        ("paso", "dismissed"),
        ("motivo", "no hay mérito\r\npara seguir "),
    ];
    // Two clicks on the button.
    for _ in 0..2 {
        let done = post(&world.now, &path, &format!("{HERE}{OURS}cookie: {ana}\r\n"), &typed).await;
        assert_eq!((done.status, done.header("location")), (303, Some(&*format!("{path}?hecho=1&lang=es"))), "{}", done.body);
    }
    let audit = world.get(&world.auditor, "/v1/audit?limit=1000").await.data(200);
    let of = |subject: &str| -> Vec<Value> {
        let entries = audit.as_array().unwrap().iter().filter(|entry| entry["subject"] == subject).cloned();
        let own = ["position", "request_id", "subject", "previous_hash", "hash"];
        entries
            .map(|mut entry| {
                own.iter().for_each(|member| entry[*member] = Value::Null);
                entry
            })
            .collect()
    };
    assert_eq!((of(&by_page).len(), of(&by_page)), (1, of(&by_api)), "one entry, and the same");
    let (one, other) = (world.case(&by_api).await, world.case(&by_page).await);
    for member in ["/version", "/case/state", "/history/1/reason", "/history/1/by", "/history/1/kind"] {
        assert_eq!(one.pointer(member), other.pointer(member), "{member}");
    }

    // A page is refused what its key may not, and shows no form for it.
    let auditor = sign_in(&world.now, &world.auditor).await;
    let page = shown(&world.now, &auditor, &path).await;
    assert!(!page.body.contains("name=\"paso\"") && text(&page.body).contains("no decidirlos"));
    let token = field(&page, "token");
    let typed = [("token", &*token), ("una_vez", "1"), ("version", "2"), ("paso", "closed"), ("motivo", "x")];
    let refused = post(&world.now, &path, &format!("{HERE}{OURS}cookie: {auditor}\r\n"), &typed).await;
    assert_eq!((refused.status, &world.case(&by_page).await["version"]), (403, &json!(2)));
    // A reporter sees its own cases, once notified, and nobody else's.
    let seller = sign_in(&world.now, &world.seller).await;
    assert_eq!(open(&world.now, &seller, &path).await.status, 404);
    assert_eq!(open(&world.now, &seller, "/trabajo/actos").await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_end_by_time_by_hand_and_with_their_key() {
    let world = world("sessions_end").await;
    let (start, database) = (instant(TODAY), &world.database);
    let ana = sign_in(&world.now, &world.ana).await;
    // Used at 29 and 58 minutes it is alive at 87; unused since, it is not at 117. Here the clock may go back and forth.
    for minutes in [29, 58, 87] {
        shown(&later(database, start, minutes).await, &ana, "/trabajo").await;
    }
    assert!(is_sign_in(&open(&later(database, start, 117).await, &ana, "/trabajo").await));

    // However much it is used, it ends after eight hours.
    let ana = sign_in(&world.now, &world.ana).await;
    for minutes in (0..480).step_by(29) {
        shown(&later(database, start, minutes).await, &ana, "/trabajo/sesiones").await;
    }
    shown(&later(database, start, 479).await, &ana, "/trabajo").await;
    assert!(is_sign_in(&open(&later(database, start, 480).await, &ana, "/trabajo").await));

    // Signing out ends one; ending all ends those of every browser of the person, and nobody else's.
    let [first, second] = [sign_in(&world.now, &world.ana).await, sign_in(&world.now, &world.ana).await];
    let luis = sign_in(&world.now, &world.luis).await;
    let form = async |cookie: &str, path: &str| {
        let page = shown(&world.now, cookie, "/trabajo/sesiones").await;
        let [token, once] = ["token", "una_vez"].map(|name| field(&page, name));
        let fields = [("token", &*token), ("una_vez", &once)];
        post(&world.now, path, &format!("{HERE}{OURS}cookie: {cookie}\r\n"), &fields).await
    };
    let out = form(&first, "/trabajo/salir").await;
    assert!(out.status == 303 && out.header("set-cookie").unwrap().contains("Max-Age=0"), "{}", out.head);
    assert!(is_sign_in(&open(&world.now, &first, "/trabajo").await));
    let third = sign_in(&world.now, &world.ana).await;
    assert!(shown(&world.now, &third, "/trabajo/sesiones").await.body.matches("<tr>").count() >= 3, "a head and two sessions");
    assert_eq!(form(&third, "/trabajo/sesiones").await.status, 303);
    for ended in [&second, &third] {
        assert!(is_sign_in(&open(&world.now, ended, "/trabajo").await));
    }
    shown(&world.now, &luis, "/trabajo").await;
    // The same through the API: what is listed, and that ending all of them is one action.
    let again = [sign_in(&world.now, &world.ana).await, sign_in(&world.now, &world.ana).await];
    let listed = world.get(&world.ana, "/v1/me/sessions").await.data(200);
    assert_eq!((count(&listed), &listed[0]["idle_until"]), (2, &json!("2026-11-23T15:30:00Z")), "{listed}");
    assert_eq!(count(&world.get(&world.luis, "/v1/me/sessions").await.data(200)), 1, "each sees their own");
    let once = fresh();
    for _ in 0..2 {
        let ended = world.now.post_as(&world.ana, &once, "/v1/me/sessions/end", &json!({})).await.data(200);
        assert_eq!(ended["ended"], 2);
    }
    for ended in &again {
        assert!(is_sign_in(&open(&world.now, ended, "/trabajo").await));
    }
    let me = world.get(&world.ana, "/v1/me").await.data(200)["principal"].clone();
    let audit = audited(&world.now, &world.auditor, me.as_str().unwrap()).await;
    assert_eq!(audit, ["end_sessions"; 2], "one by the page, one by the API");

    // A revoked key ends its sessions at once, also for another service that has just seen it.
    let other = later(database, start, 1).await;
    shown(&other, &luis, "/trabajo").await;
    let id = world.luis.split('_').nth(3).unwrap();
    world.workflow.revoke_key(&world.admin, id, "perdida", start).await.unwrap();
    let since = std::time::Instant::now();
    assert!(is_sign_in(&open(&other, &luis, "/trabajo").await) && is_sign_in(&open(&world.now, &luis, "/trabajo").await));
    assert!(since.elapsed() < std::time::Duration::from_secs(2));

    // An ended session stays ended, and what the cookie holds is nowhere in the database.
    let revived = "UPDATE browser_session SET ended_at = NULL, ended_reason = NULL WHERE ended_at IS NOT NULL";
    let refused = database.write_connection().await.unwrap().execute(revived, &[]).await.unwrap_err();
    assert_eq!(refused.code().unwrap().code(), "42501", "{refused}");
    let secret = luis.split('=').nth(1).unwrap();
    let seen = format!("SELECT count(*) FROM browser_session s WHERE s::text LIKE '%{secret}%'");
    assert_eq!(support::number(database, &seen).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_opens_nothing_is_answered_alike_and_not_for_ever() {
    let world = world("sessions_keys").await;
    let (workflow, admin, now) = (&world.workflow, &world.admin, instant(TODAY));
    let free = world.now.post("/v1/free-keys", &json!({"name": "Pruebas"})).await.data(201);
    let developer = free["key"].as_str().unwrap();
    let regulator = Holder::New { kind: PrincipalKind::Regulator, name: "Sin confirmar".to_owned(), company: None };
    let new = NewKey { holder: regulator, scopes: Some(vec![Scope::CasesReview]), days: 1 };
    let pending = workflow.create_key(admin, &new, now).await.unwrap().key.reveal();
    let mut forged = termometro::domain::identifier::api_key::ApiKey::parse(&world.ana).unwrap();
    forged.secret = "x".repeat(43);
    let mut bodies = Vec::new();
    for key in ["", "tmo_live_nada", &forged.reveal(), &pending, developer, &world.ana[..60]] {
        let refused = post(&world.now, "/trabajo/entrar", &format!("{HERE}{OURS}"), &[("llave", key)]).await;
        assert_eq!((refused.status, refused.header("set-cookie")), (403, None), "{key}");
        assert!(key.is_empty() || !refused.body.contains(key), "the key is not written back");
        bodies.push(refused.body);
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]), "nobody learns why");
    let mut statuses = Vec::new();
    for _ in 0..12 {
        let key = forged.reveal();
        statuses.push(post(&world.now, "/trabajo/entrar", &format!("{HERE}{OURS}"), &[("llave", &key)]).await.status);
    }
    assert_eq!((statuses[0], statuses[11]), (403, 429), "{statuses:?}");
    // With a key and where the person was going; never to another site.
    for (back, to) in [
        ("/trabajo/actos", "/trabajo/actos?lang=es"),
        ("https://evil.example/", "/trabajo?lang=es"),
        ("//evil.example", "/trabajo?lang=es"),
    ] {
        let typed = [("llave", world.luis.as_str()), ("volver", back)];
        let inside = post(&world.now, "/trabajo/entrar", &format!("{HERE}{OURS}"), &typed).await;
        assert_eq!((inside.status, inside.header("location")), (303, Some(to)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn typed_text_survives_the_end_of_a_session_and_a_decision_wants_the_key_again() {
    let world = world("sessions_typed").await;
    let (start, database) = (instant(TODAY), &world.database);
    let id = open_cases(&world).await[0].clone();
    let path = format!("/trabajo/casos/{id}");
    let ana = sign_in(&world.now, &world.ana).await;
    let page = shown(&world.now, &ana, &path).await;
    let [token, once, version] = ["token", "una_vez", "version"].map(|name| field(&page, name));
    let reason = "una línea\r\ny \"otra\" & más";
    let typed = [("token", &*token), ("una_vez", &once), ("version", &version), ("paso", "dismissed"), ("motivo", reason)];
    let late = later(database, start, 31).await;
    let asked = post(&late, &path, &format!("{HERE}{OURS}cookie: {ana}\r\n"), &typed).await;
    assert!(asked.status == 403 && text(&asked.body).contains("Su sesión terminó"), "{}", asked.body);
    assert_eq!(world.case(&id).await["version"], 1, "nothing was sent");
    sent_again(&late, &world.ana, &asked, &path).await;
    assert_eq!(world.case(&id).await["history"][1]["reason"], "una línea\ny \"otra\" & más");

    // To confirm wants the key of the last ten minutes; what is no decision does not.
    let others = world.get(&world.ana, "/v1/cases?state=suspected").await.data(200);
    let id = others[0]["id"].as_str().expect("a suspected case").to_owned();
    let path = format!("/trabajo/casos/{id}");
    let at = |minutes: i64| instant(LATER).checked_add(SignedDuration::from_mins(minutes)).unwrap();
    assert_eq!(step(&world.now, &sign_in(&world.now, &world.ana).await, &id, ("notified", "visto")).await.status, 303);
    let ana = sign_in(&world.later, &world.ana).await;
    let soon = Server::living(read_model(database), at(10), LATER).await;
    let late = Server::living(read_model(database), at(11), LATER).await;
    let asked = step(&late, &ana, &id, ("confirmed", "sin respuesta")).await;
    assert!(asked.status == 403 && text(&asked.body).contains("Escriba su llave otra vez"), "{}", asked.body);
    assert_eq!(world.case(&id).await["version"], 2);
    let ana = sign_in(&world.later, &world.ana).await;
    assert_eq!(step(&soon, &ana, &id, ("confirmed", "sin respuesta")).await.status, 303);
    assert!(text(&shown(&soon, &ana, &path).await.body).contains("propuso confirmarlo"));
    let luis = sign_in(&world.later, &world.luis).await;
    assert_eq!(step(&soon, &luis, &id, ("confirmed", "de acuerdo")).await.status, 303);
    assert_eq!(count(&world.now.data("/v1/register").await), 1);
}

/// Signs in on the page that asks for the key, and sends what was typed before.
async fn sent_again(server: &Server, key: &str, asked: &Answer, path: &str) {
    let [back, saved] = ["volver", "guardado"].map(|name| field(asked, name));
    assert_eq!(back, path);
    let typed = [("llave", key), ("volver", &*back), ("guardado", &saved)];
    let check = post(server, "/trabajo/entrar", &format!("{HERE}{OURS}"), &typed).await;
    assert!(check.status == 200 && text(&check.body).contains("Revise y envíe"), "{}", check.body);
    let cookie = cookie(&check);
    let [token, once, version, to] = ["token", "una_vez", "version", "paso"].map(|name| field(&check, name));
    let reason = check.body.split("name=\"motivo\" rows=\"6\">\n").nth(1).unwrap().split("</textarea>").next().unwrap();
    let reason = reason.replace("&quot;", "\"").replace("&amp;", "&");
    let fields = [("token", &*token), ("una_vez", &once), ("version", &version), ("paso", &to), ("motivo", &reason)];
    let done = post(server, path, &format!("{HERE}{OURS}cookie: {cookie}\r\n"), &fields).await;
    assert_eq!(done.status, 303, "{}", done.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_shows_what_waits_and_a_draft_is_approved_by_another_and_published() {
    let world = world("sessions_queue").await;
    let ana = sign_in(&world.now, &world.ana).await;
    let all = world.get(&world.ana, "/v1/cases?limit=1000").await.data(200);
    let queue = shown(&world.now, &ana, "/trabajo").await;
    for case in all.as_array().unwrap() {
        assert!(queue.body.contains(case["id"].as_str().unwrap()), "{case}");
    }
    let id = all.as_array().unwrap().iter().find(|case| case["state"] == "suspected").unwrap()["id"].as_str().unwrap().to_owned();
    assert_eq!(step(&world.now, &ana, &id, ("notified", "visto")).await.status, 303);
    assert_eq!(world.get(&world.ana, "/v1/cases?state=notified").await.data(200)[0]["reply_due"], "2026-12-15");
    let notified = shown(&world.now, &ana, "/trabajo?estado=notified&orden=pesos").await;
    assert!(
        notified.body.contains(&id) && text(&notified.body).contains("15 de diciembre de 2026Quedan 15 días hábiles."),
        "{}",
        text(&notified.body)
    );
    let none = shown(&world.now, &ana, "/trabajo?estado=notified&vendedor=800654321").await;
    assert!(!none.body.contains(&id));
    let wrong = open(&world.now, &ana, "/trabajo?cum=x&lang=en").await;
    assert!(
        wrong.status == 400 && wrong.body.contains("There is a problem") && wrong.body.contains("value=\"x\""),
        "{}",
        wrong.body
    );
    // A step that was decided on an older version, and one without its reason: both say so and keep what was typed.
    let path = format!("/trabajo/casos/{id}");
    let page = shown(&world.now, &ana, &path).await;
    let [token, once] = ["token", "una_vez"].map(|name| field(&page, name));
    for (version, to, reason, status, words) in [
        ("1", "dismissed", "mi motivo", 409, "versión 2"),
        ("2", "dismissed", "", 422, "Escriba el motivo"),
        ("2", "", "mi motivo", 422, "Elija un paso"),
    ] {
        let typed = [("token", &*token), ("una_vez", &once), ("version", version), ("paso", to), ("motivo", reason)];
        let refused = post(&world.now, &path, &format!("{HERE}{OURS}cookie: {ana}\r\n"), &typed).await;
        let said = text(&refused.body);
        assert!(refused.status == status && said.contains(words) && said.contains(reason), "{status} {}: {said}", refused.status);
    }

    let body = draft("Circular 30 de 2026", "2027-01-01", &[], &[("19914312-20", "institutional", Some("30000.00"))]);
    let made = world.now.post_as(&world.ana, &fresh(), "/v1/act-drafts", &body).await.data(201);
    let path = format!("/trabajo/actos/{}", made["id"].as_str().unwrap());
    assert!(shown(&world.now, &ana, "/trabajo/actos").await.body.contains("Circular 30 de 2026"));
    let own = shown(&world.now, &ana, &path).await;
    assert!(!own.body.contains("name=\"paso\"") && text(&own.body).contains("lo aprueba otra persona"));
    let luis = sign_in(&world.now, &world.luis).await;
    for (step, state) in [("approve", "approved"), ("publish", "published")] {
        let page = shown(&world.now, &luis, &path).await;
        let [token, once, digest, offered] = ["token", "una_vez", "contenido", "paso"].map(|name| field(&page, name));
        assert_eq!(offered, step);
        let typed = [
            ("token", &*token),
            ("una_vez", &once),
            ("contenido", &digest),
            ("paso", step),
            ("motivo", "revisado"),
            ("sin_consulta", "urgente"),
        ];
        let done = post(&world.now, &path, &format!("{HERE}{OURS}cookie: {luis}\r\n"), &typed).await;
        assert_eq!(done.status, 303, "{}", done.body);
        assert_has!(world.get(&world.luis, &format!("/v1/act-drafts/{}", made["id"].as_str().unwrap())).await.data(200), {"state": state});
    }
    for lang in ["es", "en"] {
        let page = shown(&world.now, &luis, &format!("{path}?lang={lang}")).await;
        assert!(page.body.contains(&format!("<html lang=\"{lang}")), "{lang}");
    }
}
