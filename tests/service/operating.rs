//! Pages of those who run the service and decide what is in force: held files are let in or let go, data sets are read, and keys are made by two.

use serde_json::{Value, json};
use termometro::{
    domain::access::principal::PrincipalKind, ingest::SourceKind, store::postgres::database::Database,
    workflow::access::keys::Holder,
};

use crate::{
    client::Answer,
    expected::{Expected, audited},
    kit::tables::{RATES, header},
    pages::text,
    people::{self, People},
    regulators::fresh,
    server::Server,
    sessions::{HERE, OURS, cookie, field, is_sign_in, open, post, shown, sign_in},
    stage::{arrive, written},
    support::{self, import},
};

const ASK: &str = "/trabajo/pedir-llave";
const TAKE: &str = "/trabajo/llave";
const KEYS: &str = "/trabajo/personas";
const SOURCES: &str = "/trabajo/fuentes";

async fn operator(people: &People, name: &str) -> String {
    let holder = Holder::New { kind: PrincipalKind::Operator, name: name.to_owned(), company: None };
    people::key(&people.workflow, &people.admin, holder, None).await
}

/// Signed in, on whatever page that leads to.
pub(crate) async fn enter(server: &Server, key: &str) -> (String, String) {
    let answer = post(server, "/trabajo/entrar", &format!("{HERE}{OURS}"), &[("llave", key)]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    (cookie(&answer), answer.header("location").unwrap().to_owned())
}

/// The form of a page, filled in and sent once.
pub(crate) async fn send(server: &Server, cookie: &str, path: &str, typed: &[(&str, &str)]) -> Answer {
    let page = shown(server, cookie, path).await;
    let [token, once] = ["token", "una_vez"].map(|name| field(&page, name));
    let fields = [&[("token", &*token), ("una_vez", &*once)], typed].concat();
    post(server, path, &format!("{HERE}{OURS}cookie: {cookie}\r\n"), &fields).await
}

/// Most of the list in force is gone from the next one, which waits.
async fn held(database: &Database, day: i32) -> i64 {
    let few = header(RATES) + &format!("37{day}.08,COP,2026-04-21,2026-04-21\n");
    let file = written(&format!("trm_202604{day}.csv"), &[few.trim_end()]);
    let report = import(database, SourceKind::ExchangeRates, &file).await;
    report.held.expect("it is smaller than the one before").id.unwrap()
}

async fn rates(server: &Server) -> usize {
    server.data("/v1/exchange-rates").await.as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_file_is_let_in_or_let_go_by_a_person_with_a_reason() {
    let (database, people, server) = arrive("operating_held").await;
    import(&database, SourceKind::ExchangeRates, &written("trm_20260421.csv", &[RATES.trim_end()])).await;
    let first = held(&database, 22).await;
    let (path, released) = (format!("/trabajo/retenidos/{first}"), format!("/v1/held-imports/{first}/release"));
    let (pia, luis) = (operator(&people, "Pía Gómez").await, people.approver.clone());
    // Reporters neither see nor decide it, auditors see it.
    let reason = json!({"reason": "x"});
    server.get_as(&people.reporter, "/v1/held-imports").await.problem(403, "forbidden");
    server.post_as(&people.auditor, &fresh(), &released, &reason).await.problem(403, "forbidden");
    server.post_as(&pia, &fresh(), "/v1/held-imports/999999/release", &reason).await.problem(404, "not_found");
    let listed = server.get_as(&people.auditor, "/v1/held-imports").await.data(200);
    assert_has!(listed[0], {"held": first, "kind": "exchange_rates", "run": null, "reasons": ["smaller_than_current"],
        "/found/rows_accepted": 1, "/in_force/rows_accepted": 3, "/in_force/name": "trm_20260421.csv", "/found/cut_date": "2026-04-22"});

    let (luis, _) = enter(&server, &luis).await;
    let page = text(&shown(&server, &luis, SOURCES).await.body);
    assert!(page.contains("trm_20260422.csv") && page.contains("más de 20 % menos"), "{page}");
    let page = text(&shown(&server, &luis, &path).await.body);
    for words in ["trm_20260421.csv", "Filas aceptadas", "−66,6", "Dejarlo entrar"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let empty = send(&server, &luis, &path, &[("paso", ""), ("motivo", " ")]).await;
    assert_eq!(empty.status, 422);
    assert!(text(&empty.body).contains("Elija un paso") && text(&empty.body).contains("Escriba el motivo"), "{}", empty.body);
    assert_eq!(rates(&server).await, 3);
    let done = send(&server, &luis, &path, &[("paso", "release"), ("motivo", "el banco corrigió la serie")]).await;
    assert_eq!((done.status, done.header("location")), (303, Some("/trabajo/fuentes?hecho=released&lang=es")), "{}", done.body);
    assert!(text(&shown(&server, &luis, "/trabajo/fuentes?hecho=released").await.body).contains("se dejó entrar"));
    assert_eq!(rates(&server).await, 1, "the edition that was let in is in force");
    assert_eq!(open(&server, &luis, &path).await.status, 404);
    server.post_as(&pia, &fresh(), &released, &reason).await.problem(409, "conflict");
    assert_eq!(audited(&server, &people.auditor, &format!("held import {first}")).await, ["release_held_import"]);
    let accepted = "SELECT count(*) FROM audit_entry WHERE action = 'accept_import' AND actor = 'Luis Mora'";
    assert_eq!(support::number(&database, accepted).await, 1, "the import names the same person");

    // Let go: nothing of it is kept, and what is in force stays.
    import(&database, SourceKind::ExchangeRates, &written("trm_20260424.csv", &[RATES.trim_end(), ""])).await;
    let second = held(&database, 25).await;
    let (olga, to) = enter(&server, &pia).await;
    assert_eq!(to, "/trabajo/fuentes?lang=es", "operators begin with the data sets");
    let path = format!("/trabajo/retenidos/{second}");
    let done = send(&server, &olga, &path, &[("paso", "discard"), ("motivo", "archivo cortado")]).await;
    assert_eq!(done.header("location"), Some("/trabajo/fuentes?hecho=discarded&lang=es"), "{}", done.body);
    assert_eq!(support::number(&database, "SELECT count(*) FROM held_import_body").await, 0);
    assert_eq!(audited(&server, &people.auditor, &format!("held import {second}")).await, ["discard_held_import"]);
    assert_eq!(rates(&server).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_set_is_read_on_request_of_an_operator() {
    let (database, people, server) = arrive("operating_feeds").await;
    let pia = operator(&people, "Pía Gómez").await;
    let path = "/trabajo/fuentes/ceilings";
    let (luis, _) = enter(&server, &people.approver).await;
    assert!(!shown(&server, &luis, path).await.body.contains("name=\"motivo\""), "who may not is shown no form");
    let (pia, _) = enter(&server, &pia).await;
    assert_eq!(send(&server, &pia, path, &[("motivo", "")]).await.status, 422);
    assert_eq!(open(&server, &pia, "/trabajo/fuentes/nada").await.status, 404);
    let done = send(&server, &pia, path, &[("motivo", "salió la circular")]).await;
    assert_eq!(done.header("location"), Some("/trabajo/fuentes/ceilings?hecho=1&lang=es"), "{}", done.body);
    assert!(text(&shown(&server, &pia, "/trabajo/fuentes/ceilings?hecho=1").await.body).contains("El pedido espera"));
    assert_eq!(support::number(&database, "SELECT count(*) FROM feed_request WHERE reason = 'salió la circular'").await, 1);
    assert_eq!(audited(&server, &people.auditor, "feed ceilings").await, ["run_feed"]);
    let (reporter, _) = enter(&server, &people.reporter).await;
    assert_eq!(open(&server, &reporter, SOURCES).await.status, 403);
}

/// What the page says after a key was requested: its id and the code for its owner.
fn code_of(page: &Answer) -> (String, String) {
    let start = "id=\"codigo\">";
    let at = page.body.find(start).unwrap_or_else(|| panic!("no code: {}", page.body)) + start.len();
    let code = page.body[at..].split('<').next().unwrap().to_owned();
    (code.split('-').next().unwrap().to_owned(), code)
}

async fn taken(server: &Server, code: &str) -> Answer {
    post(server, TAKE, &format!("{HERE}{OURS}"), &[("codigo", code)]).await
}

fn secret_in(page: &Answer) -> Option<String> {
    let at = page.body.find("tmo_live_")?;
    page.body[at..].split('<').next().map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_regulators_key_is_requested_taken_and_confirmed_by_three_pages() {
    let (database, people, server) = arrive("operating_keys").await;
    let pia_key = operator(&people, "Pía Gómez").await;
    let (pia, _) = enter(&server, &pia_key).await;
    let wanted = [("clase", "regulator"), ("nombre", "Marta Díaz"), ("nit", ""), ("actor", "laboratory"), ("dias", "30")];
    let empty = send(&server, &pia, ASK, &[&wanted[..1], &[("nombre", ""), ("dias", "x")]].concat()).await;
    assert_eq!(empty.status, 422);
    let said = text(&empty.body);
    for words in ["Escriba el nombre", "Escriba los días", "Escriba el motivo"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let requested = send(&server, &pia, ASK, &[&wanted[..], &[("motivo", "entra a la comisión")]].concat()).await;
    assert_eq!(requested.status, 200, "{}", requested.body);
    let (id, code) = code_of(&requested);
    assert_eq!(secret_in(&requested), None, "who requests a key does not see it");
    // A second person of that name is not made by accident.
    let again = send(&server, &pia, ASK, &[&wanted[..], &[("motivo", "otra vez")]].concat()).await;
    assert!(again.status == 409 && text(&again.body).contains("ya hay alguien con ese nombre"), "{}", again.body);
    let listed = server.get_as(&people.approver, "/v1/api-keys").await.data(200);
    let listed = listed.as_array().unwrap().iter().find(|key| key["id"] == id.as_str()).unwrap().clone();
    assert_has!(listed, {"state": "waiting", "confirmation": "pending", "secret": "untaken", "created_by_name": "Pía Gómez", "name": "Marta Díaz"});

    // Its owner takes it, once.
    let wrong = taken(&server, &format!("{id}-{}", "0".repeat(24))).await;
    assert!(wrong.status == 404 && secret_in(&wrong).is_none(), "{}", wrong.body);
    let page = taken(&server, &format!(" {}  {} ", &code[..6], &code[6..])).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let marta = secret_in(&page).expect("the key");
    assert!(text(&page.body).contains("Todavía no abre nada"), "{}", page.body);
    let twice = taken(&server, &code).await;
    assert!(
        twice.status == 409 && secret_in(&twice).is_none() && text(&twice.body).contains("alguien ya tomó"),
        "{}",
        twice.body
    );
    assert_eq!(server.get_as(&marta, "/v1/me").await.status, 401, "it waits for a second person");

    // Who requested it is offered no form, and is refused one that was made by hand.
    let path = format!("{KEYS}/{id}");
    let page = shown(&server, &pia, &path).await;
    assert!(!page.body.contains("name=\"titular\"") && secret_in(&page).is_none(), "{}", page.body);
    let by_hand = [("paso", "confirm"), ("titular", "Marta Díaz"), ("motivo", "la conozco")];
    let refused = send(&server, &pia, &path, &by_hand).await;
    assert!(refused.status == 403 && text(&refused.body).contains("la confirma otro"), "{}", refused.body);
    let luis = sign_in(&server, &people.approver).await;
    assert!(text(&shown(&server, &luis, KEYS).await.body).contains("Marta Díaz"));
    let other = send(&server, &luis, &path, &[("paso", "confirm"), ("titular", "Marta Ruiz"), ("motivo", "la conozco")]).await;
    assert_eq!(other.status, 409, "{}", other.body);
    let page = shown(&server, &luis, &path).await;
    let [token, once] = ["token", "una_vez"].map(|name| field(&page, name));
    let fields = [&[("token", &*token), ("una_vez", &*once)], &by_hand[..]].concat();
    for _ in 0..2 {
        let done = post(&server, &path, &format!("{HERE}{OURS}cookie: {luis}\r\n"), &fields).await;
        assert_eq!((done.status, done.header("location")), (303, Some(&*format!("{path}?hecho=1&lang=es"))), "{}", done.body);
        assert_eq!(secret_in(&done), None, "who confirms a key does not see it");
    }
    let body = json!({"holder": "Marta Díaz", "reason": "otra vez"});
    let confirmation = format!("/v1/api-keys/{id}/confirmation");
    server.post_as(&people.drafter, &fresh(), &confirmation, &body).await.problem(409, "conflict");
    let mut entries = audited(&server, &people.auditor, &id).await;
    entries.sort_unstable();
    assert_eq!(entries, ["confirm_key", "request_key", "take_key"], "one entry a page");
    assert_eq!(server.get_as(&marta, "/v1/me").await.status, 200);

    // Revoked in mid-session: the session has ended.
    let session = sign_in(&server, &marta).await;
    shown(&server, &session, KEYS).await;
    let since = std::time::Instant::now();
    let done = send(&server, &pia, &path, &[("paso", "revoke"), ("motivo", "perdió el teléfono")]).await;
    assert_eq!(done.status, 303, "{}", done.body);
    assert!(is_sign_in(&open(&server, &session, KEYS).await) && since.elapsed() < std::time::Duration::from_secs(2));
    assert!(
        send(&server, &pia, ASK, &[&wanted[..], &[("motivo", "una nueva")]].concat()).await.status == 200,
        "she has no living key"
    );

    // The secret is nowhere in the database, and neither is the code.
    let client = database.import_connection().await.unwrap();
    for table in ["api_key", "audit_entry", "idempotency_record"] {
        for text in [&marta[20..40], &code[11..]] {
            let sql = format!("SELECT count(*) FROM {table} t WHERE t::text LIKE '%' || $1 || '%'");
            assert_eq!(client.query_one(&sql, &[&text]).await.unwrap().get::<_, i64>(0), 0, "{table}");
        }
    }
}

/// A person who did not want another key in their name sees it on every page, and ends it.
#[tokio::test(flavor = "multi_thread")]
async fn an_owner_is_shown_a_newer_key_and_revokes_it() {
    let (_, people, server) = arrive("operating_owner").await;
    let pia = operator(&people, "Pía Gómez").await;
    let me = server.get_as(&people.drafter, "/v1/me").await.data(200);
    let ana = sign_in(&server, &people.drafter).await;
    assert!(!shown(&server, &ana, KEYS).await.body.contains("más nueva que la que usa"));
    let body = json!({"principal": me["principal"], "days": 30, "reason": "cambio"});
    let requested = server.post_as(&pia, &fresh(), "/v1/api-keys", &body).await.data(201);
    let id = requested["id"].as_str().unwrap();
    for path in [KEYS, "/trabajo/actos"] {
        let page = shown(&server, &ana, path).await;
        assert!(text(&page.body).contains("más nueva que la que usa") && page.body.contains(id), "{path}: {}", page.body);
    }
    // Nobody but her and those who make keys: not another regulator, and not with the key in use.
    let revocation = |id: &str| format!("/v1/api-keys/{id}/revocation");
    let reason = json!({"reason": "no la pedí"});
    server.post_as(&people.approver, &fresh(), &revocation(id), &reason).await.problem(404, "not_found");
    let own = me["key"].as_str().unwrap();
    server.post_as(&people.drafter, &fresh(), &revocation(own), &reason).await.problem(409, "conflict");
    let done = send(&server, &ana, &format!("{KEYS}/{id}"), &[("paso", "revoke"), ("motivo", "no la pedí")]).await;
    assert_eq!(done.status, 303, "{}", done.body);
    assert!(!shown(&server, &ana, KEYS).await.body.contains("más nueva que la que usa"));
    server.post("/v1/key-codes", &json!({"code": requested["code"]})).await.problem(404, "not_found");
    // Everybody sees their own keys, and not those of others.
    let seen = server.get_as(&people.reporter, "/v1/api-keys?ended=true").await.data(200);
    assert!(seen.as_array().unwrap().iter().all(|key| key["name"] == "Droguería Mayorista"), "{seen}");
    assert!(server.get_as(&people.auditor, "/v1/api-keys?ended=true").await.data(200).as_array().unwrap().len() > 5);
    let day = people::now().to_string()[..4].to_owned();
    crate::watches::until(&server, &people.reporter, "/v1/api-keys", |keys| {
        keys[0]["last_used_on"].as_str().is_some_and(|noted| noted.starts_with(&day))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rules_of_a_request() {
    let (database, people, server) = arrive("operating_rules").await;
    let pia = operator(&people, "Pía Gómez").await;
    let ask = async |body: &Value| server.post_as(&pia, &fresh(), "/v1/api-keys", body).await;
    let new = |kind: &str, days: i32| json!({"kind": kind, "name": format!("Persona {kind}"), "days": days, "reason": "x"});
    for (body, status, code) in [
        (new("regulator", 91), 422, "unprocessable"),
        (new("reporter", 30), 422, "unprocessable"),
        (new("developer", 30), 400, "bad_body"),
        (json!({"kind": "auditor", "days": 30, "reason": "x"}), 400, "bad_body"),
        (json!({"principal": "pAAAAAAAAAA", "days": 30, "reason": "x"}), 404, "not_found"),
        (json!({"kind": "auditor", "name": "host", "days": 30, "reason": "x"}), 422, "unprocessable"),
        (json!({"kind": "auditor", "name": "Eva", "days": 30, "reason": " "}), 400, "bad_body"),
    ] {
        ask(&body).await.problem(status, code);
    }
    let mut reporter = new("reporter", 30);
    reporter["nit"] = json!("800197268-4");
    reporter["actor"] = json!("hospital");
    let made = ask(&reporter).await.data(201);
    assert_has!(made, {"kind": "reporter", "pending": false});
    let taken = server.post("/v1/key-codes", &json!({"code": made["code"]})).await.data(201);
    assert_eq!(server.get_as(taken["key"].as_str().unwrap(), "/v1/me").await.data(200)["nit"], "800197268");
    let known = json!({"principal": made["principal"], "days": 30, "reason": "cambio"});
    ask(&known).await.data(201);
    ask(&known).await.problem(409, "conflict");
    for key in [&people.approver, &people.auditor, &people.reporter] {
        server.post_as(key, &fresh(), "/v1/api-keys", &new("auditor", 30)).await.problem(403, "forbidden");
    }
    // One that nobody took in seven days has ended, and another can be requested.
    let mut eva = new("auditor", 30);
    eva["name"] = json!("Eva Soto");
    let late = ask(&eva).await.data(201);
    let known = json!({"principal": late["principal"], "days": 30, "reason": "cambio"});
    ask(&known).await.data(201);
    ask(&known).await.problem(409, "conflict");
    let before = format!(
        "SET ROLE NONE; UPDATE api_key SET created_at = created_at - interval '8 days' WHERE id = '{}'",
        late["id"].as_str().unwrap()
    );
    support::as_owner(&database, &before).await;
    server.post("/v1/key-codes", &json!({"code": late["code"]})).await.problem(404, "not_found");
    let listed = server.get_as(&people.auditor, "/v1/api-keys").await.data(200);
    assert!(!listed.to_string().contains(late["id"].as_str().unwrap()), "{listed}");
    ask(&known).await.data(201);
    // Codes are not tried out.
    let mut statuses = Vec::new();
    for _ in 0..12 {
        statuses.push(server.post("/v1/key-codes", &json!({"code": "0123456789-00"})).await.status);
    }
    assert_eq!((statuses[0], statuses[11]), (404, 429), "{statuses:?}");
}

/// The database refuses what the program would.
#[tokio::test(flavor = "multi_thread")]
async fn the_database_holds_the_rules_of_requested_keys() {
    let (database, people, server) = arrive("operating_sql").await;
    let pia = operator(&people, "Pía Gómez").await;
    let body = json!({"kind": "regulator", "name": "Marta Díaz", "days": 30, "reason": "x"});
    let made = server.post_as(&pia, &fresh(), "/v1/api-keys", &body).await.data(201);
    let requester = server.get_as(&pia, "/v1/me").await.data(200)["principal"].as_str().unwrap().to_owned();
    let client = database.import_connection().await.unwrap();
    let refused = async |sql: &str| {
        let sql = format!("UPDATE api_key SET {sql} WHERE id = '{}'", made["id"].as_str().unwrap());
        client.execute(&sql, &[]).await.unwrap_err().code().unwrap().code().to_owned()
    };
    assert_eq!(refused(&format!("confirmed_at = now(), confirmed_by = '{requester}'")).await, "23514");
    assert_eq!(refused("confirmed_at = now(), confirmed_by = principal_id").await, "23514");
    assert_eq!(refused("taken_at = now()").await, "23514", "without a secret");
    assert_eq!(refused("mac = decode(repeat('00', 32), 'hex')").await, "42501", "a secret that nobody took");
    server.post("/v1/key-codes", &json!({"code": made["code"]})).await.data(201);
    assert_eq!(refused("mac = decode(repeat('00', 32), 'hex')").await, "42501", "another secret");
    assert_eq!(refused("mac = NULL, taken_at = NULL").await, "42501");
    client.execute("UPDATE api_key SET revoked_at = now() WHERE id = $1", &[&made["id"].as_str().unwrap()]).await.unwrap();
    assert_eq!(refused("revoked_at = NULL").await, "42501");
}

/// What other sites may say of where a form stood; none of it is a page of this service.
const ELSEWHERE: [&str; 5] = [
    "",
    "sec-fetch-site: cross-site\r\norigin: https://evil.example\r\n",
    "sec-fetch-site: same-site\r\norigin: http://other.localhost\r\n",
    "origin: null\r\n",
    "sec-fetch-site: same-origin\r\nsec-fetch-site: cross-site\r\n",
];

#[tokio::test(flavor = "multi_thread")]
async fn no_other_site_acts_through_the_new_forms() {
    let (database, people, server) = arrive("operating_csrf").await;
    import(&database, SourceKind::ExchangeRates, &written("trm_20260421.csv", &[RATES.trim_end()])).await;
    let waiting = held(&database, 22).await;
    let (pia, ivan) = (operator(&people, "Pía Gómez").await, operator(&people, "Inés Gil").await);
    let body = json!({"kind": "regulator", "name": "Marta Díaz", "days": 30, "reason": "x"});
    let made = server.post_as(&pia, &fresh(), "/v1/api-keys", &body).await.data(201);
    let (old, _) = enter(&server, &pia).await;
    let old_token = field(&shown(&server, &old, KEYS).await, "token");
    let again = post(&server, "/trabajo/entrar", &format!("{HERE}{OURS}cookie: {old}\r\n"), &[("llave", &pia)]).await;
    let pia = cookie(&again);
    let other_token = field(&shown(&server, &enter(&server, &ivan).await.0, KEYS).await, "token");
    let token = field(&shown(&server, &pia, KEYS).await, "token");
    let code = made["code"].as_str().unwrap();
    let key = format!("{KEYS}/{}", made["id"].as_str().unwrap());
    let counted = async || {
        let number = async |sql| support::number(&database, sql).await;
        (
            number("SELECT count(*) FROM audit_entry").await,
            number("SELECT count(*) FROM api_key WHERE revoked_at IS NULL").await,
            number("SELECT count(*) FROM held_import WHERE state = 'held'").await,
            number("SELECT count(*) FROM feed_request").await,
        )
    };
    let before = counted().await;
    let retained = format!("/trabajo/retenidos/{waiting}");
    let forms: [(&str, &[(&str, &str)]); 5] = [
        (&retained, &[("paso", "discard"), ("motivo", "x")]),
        ("/trabajo/fuentes/ceilings", &[("motivo", "x")]),
        (&key, &[("paso", "revoke"), ("motivo", "x")]),
        (ASK, &[("clase", "auditor"), ("nombre", "Eva"), ("dias", "30"), ("motivo", "x")]),
        (TAKE, &[("codigo", code)]),
    ];
    let mut tried = 0;
    for (path, typed) in forms {
        let fields = |token| [&[("token", token), ("una_vez", "1")], typed].concat();
        for from in ELSEWHERE {
            let refused = post(&server, path, &format!("{HERE}{from}cookie: {pia}\r\n"), &fields(&*token)).await;
            assert_eq!(refused.status, 403, "{path} {from}");
            tried += 1;
        }
        for wrong in ["", &old_token, &other_token] {
            if path == TAKE {
                continue;
            }
            let refused = post(&server, path, &format!("{HERE}{OURS}cookie: {pia}\r\n"), &fields(wrong)).await;
            assert!(refused.status == 403 && refused.body.contains("Revise y envíe"), "{path} {wrong}: {}", refused.status);
            tried += 1;
        }
        let query: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields(&*token)).finish();
        let headers = format!("{HERE}{OURS}cookie: {pia}\r\ncontent-length: 0\r\n");
        for method in ["GET", "HEAD"] {
            let answer = server.ask(method, &format!("{path}?{query}"), &headers, None).await;
            assert_eq!(answer.status, 200, "{method} {path}");
            tried += 1;
        }
    }
    assert_eq!((counted().await, tried), (before, 47), "nothing has changed");
}
