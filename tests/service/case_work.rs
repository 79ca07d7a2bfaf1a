//! Who works on which case, the notes of regulators, and the letter: who may, what changes, and where none of it stands.

use std::io::{Cursor, Read};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use termometro::store::postgres::database::Database;

use crate::{
    cases::{self, World, replied},
    client::Answer,
    expected::{Expected, audited, column, count},
    exports,
    pages::text,
    regulators::fresh,
    server::Server,
    sessions::{HERE, OURS, field, open, post, shown, sign_in},
    support,
};

const ASSIGN: &str = "/v1/case-assignments";
/// A word that stands nowhere else.
const SECRET: &str = "ZARZAMORA";

async fn world(name: &'static str) -> World {
    World::on(cases::filled(name, cases::LANTUS).await).await
}

async fn principal(world: &World, who: &str) -> String {
    world.get(who, "/v1/me").await.data(200)["principal"].as_str().unwrap().to_owned()
}

async fn ids(world: &World) -> Vec<String> {
    let all = world.get(&world.ana, "/v1/cases?limit=1000").await.data(200);
    column(&all, "id").into_iter().map(str::to_owned).collect()
}

async fn listed(world: &World, who: &str, filter: &str) -> usize {
    count(&world.get(who, &format!("/v1/cases?limit=1000&{filter}")).await.data(200))
}

async fn given(server: &Server, who: &str, once: &str, cases: &[&str], to: Option<&str>) -> Answer {
    server.post_as(who, once, ASSIGN, &json!({"cases": cases, "assignee": to})).await
}

async fn noted(server: &Server, who: &str, once: &str, id: &str, text: &str) -> Answer {
    server.post_as(who, once, &format!("/v1/cases/{id}/notes"), &json!({"text": text})).await
}

async fn rows(database: &Database, table: &str) -> i64 {
    support::number(database, &format!("SELECT count(*) FROM {table}")).await
}

/// Who has each case.
async fn assignees(world: &World) -> Vec<Value> {
    let all = world.get(&world.ana, "/v1/cases?limit=1000").await.data(200);
    all.as_array().unwrap().iter().map(|case| case["assignee"]["principal"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn many_cases_are_given_at_once_or_none_of_them() {
    let world = world("case_work_assign").await;
    let (now, ana, luis) = (&world.now, world.ana.as_str(), principal(&world, &world.luis).await);
    let ids = ids(&world).await;
    let [first, second, third] = [0, 1, 2].map(|index: usize| ids[index].as_str());
    let people = world.get(&world.auditor, "/v1/case-assignees").await.data(200);
    assert_eq!(column(&people, "name"), ["Ana", "Luis"]);
    assert_has!(people[1], {"principal": luis, "cases": 0, "able": true});
    world.get(&world.seller, "/v1/case-assignees").await.problem(403, "forbidden");

    // Nothing changes by what is refused: an unknown case, and whoever cannot be given cases.
    let auditor = principal(&world, &world.auditor).await;
    let fault = given(now, ana, &fresh(), &[first, "c999999"], Some(&luis)).await.fault(422);
    assert_has!(fault, {"pointer": "/cases/1", "code": "unknown_case"});
    for nonsense in [auditor.as_str(), "p0000000000"] {
        let fault = given(now, ana, &fresh(), &[first], Some(nonsense)).await.fault(422);
        assert_has!(fault, {"pointer": "/assignee", "code": "unknown_assignee"}, "{nonsense}");
    }
    for (body, pointer) in [
        (json!({"cases": [], "assignee": null}), "/cases"),
        (json!({"cases": vec![first; 501], "assignee": null}), "/cases"),
        (json!({"cases": [first, "1"], "assignee": null}), "/cases/1"),
        (json!({"cases": [first], "assignee": "ana"}), "/assignee"),
    ] {
        assert_eq!(now.post_as(ana, &fresh(), ASSIGN, &body).await.fault(400)["pointer"], pointer);
    }
    now.post_as(ana, &fresh(), ASSIGN, &json!({"cases": [first]})).await.problem(400, "bad_body");
    for who in [&world.seller, &world.auditor] {
        given(now, who, &fresh(), &[first], Some(&luis)).await.problem(403, "forbidden");
    }
    assert_eq!((rows(&world.database, "case_assignment").await, audited(now, &world.auditor, &luis).await.len()), (0, 0));

    // The same request again is one step.
    let once = fresh();
    let done = given(now, ana, &once, &[second, first, second], Some(&luis)).await;
    assert_has!(done.data(200), {"cases": [first, second], "changed": [first, second], "/assignee/name": "Luis"});
    assert_eq!(given(now, ana, &once, &[second, first, second], Some(&luis)).await.body, done.body);
    given(now, ana, &once, &[third], Some(&luis)).await.problem(422, "idempotency_key_reused");
    assert_eq!(rows(&world.database, "case_assignment").await, 2);
    let audit = world.get(&world.auditor, "/v1/audit?action=assign_cases").await.data(200);
    assert_eq!(count(&audit), 1, "{audit}");
    assert_has!(audit[0], {"subject": luis, "actor": "Ana", "details": {"cases": [first, second], "changed": 2}});

    // Who sees every case sees who has it; the case itself is as it was.
    assert_has!(world.case(first).await, {"/assignee/principal": luis, "version": 1, "/history/1": null});
    let of = [("me", &world.luis, 2), ("me", &world.ana, 0), (&*luis, &world.auditor, 2), ("none", &world.ana, ids.len() - 2)];
    for (whom, who, expected) in of {
        assert_eq!(listed(&world, who, &format!("assignee={whom}")).await, expected, "{whom}");
    }
    assert_eq!(world.get(ana, "/v1/cases?assignee=luis").await.fault(400)["parameter"], "assignee");
    assert_eq!(world.get(ana, "/v1/case-assignees").await.data(200)[1]["cases"], 2);

    // One that changes hands, one that stays, and then nobody has them.
    let done = given(now, &world.luis, &fresh(), &[second, third], Some(&luis)).await.data(200);
    assert_has!(done, {"cases": [second, third], "changed": [third]});
    let done = given(now, ana, &fresh(), &[first, second, third], None).await.data(200);
    assert_has!(done, {"assignee": null, "changed": [first, second, third]});
    assert_eq!(listed(&world, ana, "assignee=none").await, ids.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_works_on_a_case_is_not_for_its_seller_nor_in_public() {
    let world = world("case_work_private").await;
    let (ana, id) = (principal(&world, &world.ana).await, suspected(&world).await);
    given(&world.now, &world.ana, &fresh(), &[&id], Some(&ana)).await.data(200);
    world.step(&world.now, &world.ana, &id, "notified").await.data(200);
    let seller = world.seller.as_str();
    assert_has!(world.get(seller, "/v1/cases").await.data(200)[0], {"id": id, "assignee": null});
    assert_eq!(world.get(seller, &format!("/v1/cases/{id}")).await.data(200)["assignee"], Value::Null);
    for filter in ["none", "me", &ana] {
        world.get(seller, &format!("/v1/cases?assignee={filter}")).await.problem(403, "forbidden");
    }
    let page = shown(&world.now, &sign_in(&world.now, seller).await, "/trabajo").await;
    assert!(page.body.contains(&id) && !text(&page.body).contains("Asignado") && !page.body.contains("name=\"caso\""));
    for who in [&world.ana, &world.luis] {
        world.step(&world.later, who, &id, "confirmed").await.data(200);
    }
    let register = world.now.get("/v1/register").await;
    assert!(register.body.contains(&id) && !register.body.contains("assignee") && !register.body.contains(&ana));
    let dossier = unzipped(&world.later.get_as(seller, &format!("/v1/cases/{id}/dossier")).await);
    assert!(!dossier.contains("assignee") && !dossier.contains(&ana) && dossier.contains(&id));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_give_the_same_cases_one_comes_after_the_other() {
    let world = world("case_work_race").await;
    let (ana, luis) = (principal(&world, &world.ana).await, principal(&world, &world.luis).await);
    let ids = ids(&world).await;
    let (forward, mut back): (Vec<&str>, Vec<&str>) =
        (ids.iter().map(String::as_str).collect(), ids.iter().map(String::as_str).collect());
    back.reverse();
    for _ in 0..10 {
        let (ones, others) = (fresh(), fresh());
        let (one, other) = tokio::join!(
            given(&world.now, &world.ana, &ones, &forward, Some(&ana)),
            given(&world.later, &world.luis, &others, &back, Some(&luis)),
        );
        assert_eq!((one.status, other.status), (200, 200), "{} {}", one.body, other.body);
        let has = assignees(&world).await;
        let winner = has[0].as_str().unwrap();
        assert!(has.iter().all(|one| one == winner) && [ana.as_str(), luis.as_str()].contains(&winner), "{has:?}");
    }
    let gaps = "SELECT count(*) FROM (SELECT max(ordinal) <> count(*) AS gap FROM case_assignment GROUP BY case_id) g WHERE gap";
    assert_eq!(support::number(&world.database, gaps).await, 0);
}

async fn suspected(world: &World) -> String {
    world.get(&world.ana, "/v1/cases?state=suspected").await.data(200)[0]["id"].as_str().unwrap().to_owned()
}

/// Every file of an archive, one after the other.
fn unzipped(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let mut archive = zip::ZipArchive::new(Cursor::new(&answer.bytes)).unwrap();
    let mut all = String::new();
    for index in 0..archive.len() {
        archive.by_index(index).unwrap().read_to_string(&mut all).unwrap();
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_are_for_regulators_and_are_only_added() {
    let world = world("case_work_notes").await;
    let (now, ana, id) = (&world.now, world.ana.as_str(), suspected(&world).await);
    let path = format!("/v1/cases/{id}/notes");
    assert_eq!(world.get(ana, &path).await.data(200), json!([]));
    for who in [&world.seller, &world.auditor] {
        world.get(who, &path).await.problem(403, "forbidden");
        noted(now, who, &fresh(), &id, "hola").await.problem(403, "forbidden");
    }
    assert_eq!(now.get(&path).await.status, 401);
    world.get(ana, "/v1/cases/c999999/notes").await.problem(404, "not_found");
    noted(now, ana, &fresh(), "c999999", "hola").await.problem(404, "not_found");
    for text in ["", " \n", &"ñ".repeat(4_001)] {
        assert_eq!(noted(now, ana, &fresh(), &id, text).await.fault(422)["pointer"], "/text");
    }

    let (once, longest) = (fresh(), format!("{SECRET} {}", "ñ".repeat(3_990)));
    let added = noted(now, ana, &once, &id, &longest).await;
    assert_has!(added.data(201), {"case": id, "number": 1});
    assert!(added.header("location") == Some(&*path) && !added.body.contains(SECRET));
    assert_eq!(noted(now, ana, &once, &id, &longest).await.body, added.body, "the same request is one note");
    let several = (0..6).map(|index| {
        let who = if index % 2 == 0 { &world.ana } else { &world.luis };
        let id = &id;
        async move { noted(now, who, &fresh(), id, &format!("línea {index}\n{SECRET}")).await.status }
    });
    assert_eq!(futures_util::future::join_all(several).await, [201; 6]);
    let notes = world.get(&world.luis, &path).await.data(200);
    let numbers: Vec<_> = notes.as_array().unwrap().iter().map(|note| note["number"].as_i64().unwrap()).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7]);
    assert_has!(notes[0], {"text": longest, "/by/name": "Ana"});
    let page = world.get(ana, &format!("{path}?limit=3")).await.json();
    let cursor = page["meta"]["next_cursor"].as_str().unwrap();
    let rest = world.get(ana, &format!("{path}?limit=3&cursor={cursor}")).await.data(200);
    assert_eq!((count(&page["data"]), rest[0]["number"].as_i64()), (3, Some(4)));
    assert_eq!(world.case(&id).await["version"], 1, "a note is no event of the case");
    let audit = world.get(&world.auditor, "/v1/audit?action=add_case_note").await.data(200);
    let details = json!({"number": 1, "characters": longest.chars().count()});
    assert_eq!((count(&audit), &audit[0]["subject"], &audit[0]["details"]), (7, &json!(id), &details));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_word_of_a_note_stands_anywhere_else() {
    let world = world("case_work_secret").await;
    let id = suspected(&world).await;
    noted(&world.now, &world.ana, &fresh(), &id, SECRET).await.data(201);
    world.step(&world.now, &world.ana, &id, "notified").await.data(200);
    replied(&world.now, &world.seller, &id, "no").await.data(201);
    for who in [&world.ana, &world.luis] {
        world.step(&world.now, who, &id, "confirmed").await.data(200);
    }
    let builder = exports::builder(&world.database);
    exports::built(&builder).await;
    for who in [&world.ana, &world.auditor, &world.seller] {
        for path in ["/v1/cases".to_owned(), format!("/v1/cases/{id}"), format!("/v1/cases/{id}?lang=en")] {
            let answer = world.get(who, &path).await;
            assert!(answer.status == 200 && !answer.body.contains(SECRET), "{path}");
        }
        assert!(!unzipped(&world.get(who, &format!("/v1/cases/{id}/dossier")).await).contains(SECRET));
        let cookie = sign_in(&world.now, who).await;
        assert!(!shown(&world.now, &cookie, &format!("/trabajo/casos/{id}/carta")).await.body.contains(SECRET));
        let page = shown(&world.now, &cookie, &format!("/trabajo/casos/{id}")).await;
        assert_eq!(page.body.contains(SECRET), *who == world.ana, "regulators alone read it");
    }
    for path in ["/v1/register", "/registro", "/v1/changes?limit=1000", "/v1/exports", "/v1/log/entries?limit=1000"] {
        let answer = world.now.get(path).await;
        assert!(answer.status == 200 && !answer.body.contains(SECRET), "{path}: {}", answer.status);
    }
    assert!(!world.get(&world.auditor, "/v1/audit?limit=1000").await.body.contains(SECRET));
    let register = exports::data_set(&world.now, "register").await;
    assert_eq!(register["newest"]["rows"], 1);
    for file in register["newest"]["files"].as_array().unwrap() {
        let answer = world.now.get(file["path"].as_str().unwrap()).await;
        assert!(answer.status == 200 && !answer.bytes.windows(SECRET.len()).any(|part| part == SECRET.as_bytes()), "{file}");
    }
    for (table, column) in [
        ("audit_entry", "details::text"),
        ("audit_entry", "reason"),
        ("idempotency_record", "body"),
        ("case_event", "text"),
        ("change", "to_jsonb(change)::text"),
        ("log_leaf", "to_jsonb(log_leaf)::text"),
        ("watch_message", "to_jsonb(watch_message)::text"),
    ] {
        let sql = format!("SELECT count(*) FROM {table} WHERE {column} LIKE '%{SECRET}%'");
        assert_eq!(support::number(&world.database, &sql).await, 0, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_takes_no_change_of_a_note_nor_of_who_had_a_case() {
    let world = world("case_work_kept").await;
    let (ana, seller) = (principal(&world, &world.ana).await, principal(&world, &world.seller).await);
    let id = suspected(&world).await;
    given(&world.now, &world.ana, &fresh(), &[&id], Some(&ana)).await.data(200);
    noted(&world.now, &world.ana, &fresh(), &id, "una nota").await.data(201);
    let service = world.database.import_connection().await.unwrap();
    let long = "x".repeat(4_001);
    let note = |ordinal: i32, author: &str, text: &str| {
        format!(
            "INSERT INTO case_note (case_id, ordinal, at, author_id, text) VALUES ('{id}', {ordinal}, now(), '{author}', '{text}')"
        )
    };
    let assignment = |ordinal: i32, assignee: &str, by: &str| {
        format!(
            "INSERT INTO case_assignment (case_id, ordinal, at, assignee_id, assigned_by) VALUES ('{id}', {ordinal}, now(), '{assignee}', '{by}')"
        )
    };
    let refused = [
        ("42501", "UPDATE case_note SET text = 'otra'".to_owned()),
        ("42501", "DELETE FROM case_note".to_owned()),
        ("42501", "TRUNCATE case_note".to_owned()),
        ("42501", "UPDATE case_assignment SET assignee_id = NULL".to_owned()),
        ("42501", "DELETE FROM case_assignment".to_owned()),
        ("42501", "TRUNCATE case_assignment".to_owned()),
        ("23514", note(2, &seller, "de quien vende")),
        ("23514", note(3, &ana, "con un hueco")),
        ("23514", note(2, &ana, "")),
        ("23514", note(2, &ana, &long)),
        ("23514", assignment(2, &seller, &ana)),
        ("23514", assignment(2, &ana, &seller)),
        ("23514", assignment(3, &ana, &ana)),
    ];
    for (code, sql) in &refused {
        let error = service.execute(sql, &[]).await.unwrap_err();
        assert_eq!(error.code().unwrap().code(), *code, "{sql}");
    }
    // Nor from whoever owns the tables, as long as the triggers are on.
    let owner = world.database.import_connection().await.unwrap();
    owner.batch_execute("SET ROLE NONE").await.unwrap();
    for (_, sql) in &refused {
        assert!(owner.execute(sql, &[]).await.is_err(), "{sql}");
    }
    assert_eq!((rows(&world.database, "case_note").await, rows(&world.database, "case_assignment").await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_are_given_from_the_queue_as_by_the_api() {
    let world = world("case_work_queue").await;
    let (server, luis) = (&world.now, principal(&world, &world.luis).await);
    let ana = sign_in(server, &world.ana).await;
    let headers = format!("{HERE}{OURS}cookie: {ana}\r\n");
    let ids = ids(&world).await;
    let path = "/trabajo?lang=es&orden=pesos";
    let queue = shown(server, &ana, path).await;
    let [token, once] = ["token", "una_vez"].map(|name| field(&queue, name));
    let of_one = [("token", &*token), ("una_vez", &*once)];
    for (fields, status, words) in [
        (vec![("asignar_a", &*luis)], 422, "Marque por lo menos un caso"),
        (vec![("caso", &*ids[0])], 422, "Elija a quién se asigna"),
        (vec![("caso", &*ids[0]), ("asignar_a", "p0000000000")], 422, "no es una persona del regulador"),
        (vec![("caso", "x"), ("asignar_a", &*luis)], 400, "c000123"),
    ] {
        let fields: Vec<_> = of_one.into_iter().chain(fields).collect();
        let answer = post(server, path, &headers, &fields).await;
        assert!(answer.status == status && text(&answer.body).contains(words), "{} {}", answer.status, text(&answer.body));
    }
    assert_eq!(rows(&world.database, "case_assignment").await, 0);
    let typed = [("token", &*token), ("una_vez", &once), ("caso", &ids[0]), ("caso", &ids[1]), ("asignar_a", &luis)];
    for _ in 0..2 {
        let done = post(server, path, &headers, &typed).await;
        let to = "/trabajo?lang=es&estado=abiertos&orden=pesos&hechos=2";
        assert_eq!((done.status, done.header("location")), (303, Some(to)), "{}", done.body);
    }
    let audit = world.get(&world.auditor, "/v1/audit?action=assign_cases").await.data(200);
    assert_eq!((count(&audit), &audit[0]["details"]["changed"]), (1, &json!(2)), "two clicks are one step");
    let only = |page: &Answer| ids.iter().filter(|id| page.body.contains(&format!("/trabajo/casos/{id}?"))).count();
    let least = world.case(&ids[0]).await["case"]["total_excess"]["amount"].as_str().unwrap().to_owned();
    for (filter, expected) in [
        (format!("asignado={luis}"), 2),
        ("asignado=me".to_owned(), 0),
        ("asignado=none".to_owned(), ids.len() - 2),
        ("vence=vencido".to_owned(), 0),
        ("vence=sin".to_owned(), ids.len()),
        ("minimo=999.999.999.999".to_owned(), 0),
    ] {
        assert_eq!(only(&shown(server, &ana, &format!("/trabajo?{filter}")).await), expected, "{filter}");
    }
    assert!(only(&shown(server, &ana, &format!("/trabajo?minimo={least}")).await) >= 1);
    let wrong = open(server, &ana, "/trabajo?minimo=mucho&lang=en").await;
    assert!(wrong.status == 400 && text(&wrong.body).contains("a number of pesos"), "{}", text(&wrong.body));

    // From the page of one case, and a note; an auditor is offered neither.
    let path = format!("/trabajo/casos/{}", ids[0]);
    let page = shown(server, &ana, &path).await;
    let token = field(&page, "token");
    for (form, value, once, done) in
        [("asignar_a", "nadie", "a1", "asignado"), ("nota", "primera\r\nlínea", "n1", "nota"), ("nota", "segunda", "n2", "nota")]
    {
        let typed = [("token", &*token), ("una_vez", once), ("formulario", form), (form, value)];
        let answer = post(server, &path, &headers, &typed).await;
        let to = format!("{path}?hecho={done}&lang=es");
        assert_eq!((answer.status, answer.header("location")), (303, Some(&*to)), "{}", answer.body);
    }
    let empty = post(server, &path, &headers, &[("token", &*token), ("una_vez", "n3"), ("formulario", "nota")]).await;
    assert!(empty.status == 422 && text(&empty.body).contains("Escriba la nota"));
    let notes = world.get(&world.luis, &format!("/v1/cases/{}/notes", ids[0])).await.data(200);
    assert_eq!(column(&notes, "text"), ["primera\nlínea", "segunda"]);
    assert_eq!(world.case(&ids[0]).await["assignee"], Value::Null);
    let auditor = sign_in(server, &world.auditor).await;
    let page = shown(server, &auditor, &path).await;
    assert!(!page.body.contains("name=\"nota\"") && !page.body.contains("asignar_a") && !page.body.contains("segunda"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_letter_says_what_the_verdict_says_and_how_to_check_it() {
    let world = world("case_work_letter").await;
    let (server, id) = (&world.now, suspected(&world).await);
    let (ana, seller) = (sign_in(server, &world.ana).await, sign_in(server, &world.seller).await);
    let path = format!("/trabajo/casos/{id}/carta");
    assert!(text(&shown(server, &ana, &path).await.body).contains("Borrador: la notificación todavía no está registrada"));
    assert_eq!(open(server, &seller, &path).await.status, 404, "it was not notified");
    let questions = world.get(&world.ana, "/v1/cases?state=ask_reporter").await.data(200);
    // A question asks, and says nothing of pesos, of a finding or of a term.
    let question = questions[0]["id"].as_str().unwrap();
    let of_question = format!("/trabajo/casos/{question}/carta");
    assert!(shown(server, &ana, &format!("/trabajo/casos/{question}")).await.body.contains(&of_question));
    for (lang, asks, silent) in [
        ("es", ["unidad", "no acusa de nada", "cabría"], ["exceso", "hallazgo", "días hábiles"]),
        ("en", ["unit", "accuses of nothing", "fit another"], ["excess", "finding", "working days"]),
    ] {
        let said = text(&shown(server, &ana, &format!("{of_question}?lang={lang}")).await.body);
        assert!(asks.iter().all(|words| said.contains(words)), "{said}");
        assert!(!silent.iter().any(|words| said.contains(words)), "{said}");
    }
    assert_eq!(open(server, &seller, &of_question).await.status, 404, "it is not the seller's to see yet");
    world.step(server, &world.ana, &id, "notified").await.data(200);
    for (lang, words) in [("es", ["15 días hábiles", "15 de diciembre de 2026"]), ("en", ["15 working days", "15 December 2026"])]
    {
        let case = world.get(&world.ana, &format!("/v1/cases/{id}?lang={lang}")).await.data(200);
        assert_has!(case["notification"], {"recorded": true, "on": "2026-11-23", "reply_due": "2026-12-15", "/term/amount": 15});
        let letter = shown(server, &seller, &format!("{path}?lang={lang}")).await;
        let said = text(&letter.body);
        let evidence = &case["evidence"][0];
        let prices = evidence["prices"].as_array().unwrap();
        let price = prices.iter().find(|price| price["which"] == evidence["excess"]["price"]).unwrap();
        let explanation = price["words"]["explanation"].as_str().unwrap();
        assert!(price["words"]["ceiling"]["amount"].is_string() && price["words"]["unit"].is_string(), "{price}");
        let citation = case["notification"]["term"]["citation"].as_str().unwrap();
        let digest = case["evidence_sha256"].as_str().unwrap();
        let seller = case["case"]["seller"]["nit"].as_str().unwrap();
        for part in words.into_iter().chain([explanation, citation, digest, seller, "Ana", "verify-dossier"]) {
            assert!(said.contains(part), "{lang} {part}: {said}");
        }
    }
    // The digest is that of the dossier's evidence, at whatever time it is downloaded.
    let digest = world.case(&id).await["evidence_sha256"].clone();
    for server in [&world.now, &world.later] {
        let answer = server.get_as(&world.seller, &format!("/v1/cases/{id}/dossier")).await;
        let mut archive = zip::ZipArchive::new(Cursor::new(&answer.bytes)).unwrap();
        let mut case: Value = serde_json::from_reader(archive.by_name("case.json").unwrap()).unwrap();
        let mut evidence = case["evidence"].take();
        assert!(evidence[0]["prices"][0]["words"].is_null(), "a dossier has what proves, and no words beside it");
        evidence.sort_all_objects();
        let hash = Sha256::digest(evidence.to_string());
        assert_eq!(digest, json!(hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_replies_on_the_page_of_its_case() {
    let world = world("case_work_reply").await;
    let (server, id) = (&world.now, suspected(&world).await);
    world.step(server, &world.ana, &id, "notified").await.data(200);
    let seller = sign_in(server, &world.seller).await;
    let path = format!("/trabajo/casos/{id}");
    let page = shown(server, &seller, &path).await;
    assert!(!page.body.contains("name=\"paso\"") && !page.body.contains("name=\"nota\""));
    let (token, headers) = (field(&page, "token"), format!("{HERE}{OURS}cookie: {seller}\r\n"));
    let typed =
        [("token", &*token), ("una_vez", "r1"), ("formulario", "respuesta"), ("respuesta", "El precio\r\nincluye cinco.")];
    for _ in 0..2 {
        let done = post(server, &path, &headers, &typed).await;
        assert_eq!((done.status, done.header("location")), (303, Some(&*format!("{path}?hecho=respuesta&lang=es"))));
    }
    let case = world.case(&id).await;
    assert_has!(case, {"/case/state": "answered", "version": 3, "/history/2/text": "El precio\nincluye cinco."});
    let ana = sign_in(server, &world.ana).await;
    let said = text(&shown(server, &ana, &path).await.body);
    assert!(said.contains("Lo que responde el vendedor") && said.contains("incluye cinco."), "{said}");
    // A note of a seller is refused by the operation, whatever the form says.
    let typed = [("token", &*token), ("una_vez", "r2"), ("formulario", "nota"), ("nota", "yo también")];
    assert_eq!(post(server, &path, &headers, &typed).await.status, 403);
}
