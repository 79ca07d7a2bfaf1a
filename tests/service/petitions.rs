//! Petitions: one obliges an answer, supports count once by POST alone, what regulators and tickets may do, and what the board says of it.

use serde_json::{Value, json};

use crate::{
    cases::World,
    client::Answer,
    expected::{Expected, count},
    pages::{page, text},
    people,
    regulators::fresh,
    server::Server,
    sessions::{HERE, OURS, field, post, shown, sign_in},
    support,
};

const LONG_ANSWER: &str =
    "La Comisión revisará el precio de este producto en su próxima sesión, con los reportes del último año y sus equivalentes.";

async fn world(name: &'static str) -> World {
    World::on(people::sample(name).await).await
}

pub fn body() -> Value {
    json!({
        "subject": "review_product", "target": "19914312-20", "request": "Que se revise el precio de este producto",
        "reasons": "Subió dos veces en un año.\nNo hay otro equivalente.",
    })
}

pub async fn sent(server: &Server, once: &str, body: &Value) -> Answer {
    let headers = format!("idempotency-key: {once}\r\ncontent-type: application/json\r\n");
    server.ask("POST", "/v1/petitions", &headers, Some(&body.to_string())).await
}

/// A petition that is published; its id and its ticket.
async fn published(world: &World) -> (String, String) {
    let received = sent(&world.now, &fresh(), &body()).await.data(201);
    let (id, ticket) = (received["petition"].as_str().unwrap().to_owned(), received["ticket"].as_str().unwrap().to_owned());
    moderated(world, &id, true, None).await.data(200);
    (id, ticket)
}

pub async fn moderated(world: &World, id: &str, publish: bool, reason: Option<&str>) -> Answer {
    let body = json!({"publish": publish, "reason": reason});
    world.now.post_as(&world.ana, &fresh(), &format!("/v1/petitions/{id}/moderation"), &body).await
}

async fn answered(world: &World, who: &str, id: &str, text: &str) -> Answer {
    let body = json!({"disposition": "price_will_be_reviewed", "text_es": text});
    world.now.post_as(who, &fresh(), &format!("/v1/petitions/{id}/answers"), &body).await
}

async fn supported(server: &Server, id: &str, contact: &str) -> Value {
    let begun = server.post(&format!("/v1/petitions/{id}/supports"), &json!({"contact": contact})).await.data(200);
    server.post("/v1/petition-supports", &json!({"code": begun["code"]})).await.data(200)
}

async fn state(world: &World, id: &str) -> Value {
    world.now.data(&format!("/v1/petitions/{id}")).await["petition"]["state"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_petition_obliges_an_answer_and_is_contested_once() {
    let world = world("petition_path").await;
    let (once, body) = (fresh(), body());
    let received = sent(&world.now, &once, &body).await.data(201);
    assert_eq!(received["due_on"], "2026-12-15", "15 working days: {received}");
    assert!(received["due_citation"].as_str().unwrap().contains("Ley 1755 de 2015"));
    assert_eq!(sent(&world.now, &once, &body).await.data(201), received, "a second try gets the same ticket");
    let mut other = body.clone();
    other["request"] = "Otra petición distinta de la primera".into();
    sent(&world.now, &once, &other).await.problem(422, "idempotency_key_reused");
    let id = received["petition"].as_str().unwrap();
    let file = world.now.data(&format!("/v1/petitions/{id}")).await;
    assert_eq!(
        (&file["petition"]["state"], &file["petition"]["request"]),
        (&json!("received"), &Value::Null),
        "not read yet: {file}"
    );
    let queue = world.get(&world.ana, "/v1/petition-queue").await.data(200);
    assert_eq!((count(&queue), &queue[0]["request"]), (1, &body["request"]));
    assert_eq!(world.get(&world.seller, "/v1/petition-queue").await.status, 403);
    moderated(&world, id, false, None).await.problem(422, "unprocessable");
    moderated(&world, id, true, None).await.data(200);
    assert_eq!(world.now.data(&format!("/v1/petitions/{id}")).await["petition"]["reasons"], body["reasons"]);

    let contest = |ticket: &Value| json!({"ticket": ticket, "text": "No responde a lo que pedí"});
    let path = format!("/v1/petitions/{id}/contests");
    world.now.post(&path, &contest(&received["ticket"])).await.problem(409, "conflict");
    answered(&world, &world.ana, id, "No.").await.problem(422, "unprocessable");
    assert_eq!(answered(&world, &world.seller, id, LONG_ANSWER).await.status, 403);
    answered(&world, &world.ana, id, LONG_ANSWER).await.data(201);
    answered(&world, &world.luis, id, LONG_ANSWER).await.problem(409, "conflict");
    world.now.post(&path, &contest(&json!("TMO-0"))).await.problem(404, "not_found");
    world.now.post(&path, &contest(&received["ticket"])).await.data(200);
    world.now.post(&path, &contest(&received["ticket"])).await.problem(409, "conflict");
    answered(&world, &world.luis, id, LONG_ANSWER).await.data(201);
    world.now.post(&path, &contest(&received["ticket"])).await.problem(409, "conflict");
    let file = world.now.data(&format!("/v1/petitions/{id}")).await;
    assert_eq!((count(&file["answers"]), count(&file["history"])), (2, 5), "{file}");
    assert_eq!((&file["answers"][0]["in_term"], &file["answers"][1]["in_term"]), (&json!(true), &json!(true)));
    assert_eq!(file["petition"]["second_due_on"], "2026-12-15", "contested on the day it was received: {file}");

    let board = world.now.data("/v1/participation/board").await;
    assert_eq!((count(&board), &board[0]["kind"], &board[0]["answered_in_term"]), (1, &json!("petition"), &json!(1)), "{board}");
    assert_eq!(board[0]["median_working_days"], 0);
    let ladder = world.now.data("/v1/participation/indicators").await;
    let row = |code: &str| ladder.as_array().unwrap().iter().find(|row| row["indicator"] == code).unwrap().clone();
    assert_eq!((&row("contested")["numerator"], &row("contested")["denominator"]), (&json!(1), &json!(1)));
    assert_eq!((&row("binding_decisions")["numerator"], &row("binding_decisions")["denominator"]), (&json!(0), &json!(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_contested_is_owed_another_answer_in_a_term_of_its_own() {
    let world = world("petition_second").await;
    let (id, ticket) = published(&world).await;
    let file = async |server: &Server| server.data(&format!("/v1/petitions/{id}")).await;
    assert_eq!(file(&world.now).await["petition"]["second_due_on"], Value::Null);
    answered(&world, &world.ana, &id, LONG_ANSWER).await.data(201);
    let contest = json!({"ticket": ticket, "text": "No responde a lo que pedí"});
    world.now.post(&format!("/v1/petitions/{id}/contests"), &contest).await.data(200);
    let petition = &file(&world.now).await["petition"];
    assert_eq!(petition["second_due_on"], "2026-12-15", "15 working days: {petition}");
    assert!(petition["second_due_citation"].as_str().unwrap().contains("Ley 1755 de 2015"), "{petition}");
    let shown = page(&world.now, &format!("/peticiones/{id}")).await;
    assert!(text(&shown.body).contains("Último día para responder de nuevo"), "{}", shown.body);
    assert_eq!(world.get(&world.ana, "/v1/petition-queue").await.data(200)[0]["second_due_on"], "2026-12-15");
    let board = world.now.data("/v1/participation/board").await;
    assert_eq!((&board[0]["answered_in_term"], &board[0]["answered_late"]), (&json!(1), &json!(0)), "not yet late: {board}");
    // The term is over.
    let board = world.later.data("/v1/participation/board").await;
    assert_eq!((&board[0]["answered_in_term"], &board[0]["answered_late"]), (&json!(0), &json!(1)), "{board}");
    let answer = json!({"disposition": "no_ground", "text_es": LONG_ANSWER});
    world.later.post_as(&world.luis, &fresh(), &format!("/v1/petitions/{id}/answers"), &answer).await.data(201);
    let answers = file(&world.later).await["answers"].clone();
    assert_eq!((&answers[0]["in_term"], &answers[1]["in_term"]), (&json!(true), &json!(false)), "{answers}");
    let board = world.later.data("/v1/participation/board").await;
    assert_eq!((&board[0]["answered_late"], &board[0]["overdue"]), (&json!(1), &json!(0)), "{board}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_supports_counts_once_and_by_post_alone() {
    let world = world("petition_supports").await;
    let (id, _) = published(&world).await;
    let supports = async || world.now.data(&format!("/v1/petitions/{id}")).await["petition"]["supports"].clone();
    let begun = world.now.post(&format!("/v1/petitions/{id}/supports"), &json!({"contact": "ana@example.org"})).await.data(200);
    let code = begun["code"].as_str().unwrap();
    let link = format!("/apoyo?codigo={code}");
    for _ in 0..3 {
        assert_eq!(world.now.get(&link).await.status, 200);
    }
    assert_eq!(supports().await, 0, "a scanner of mail that reads the link changes nothing");
    let confirm = |code: String| json!({ "code": code });
    let first = world.now.post("/v1/petition-supports", &confirm(code.to_owned())).await.data(200);
    assert_eq!((&first["petition"], &first["new"]), (&json!(id), &json!(true)));
    for same in ["ana@example.org", "ANA+otra@example.org "] {
        assert_eq!(supported(&world.now, &id, same).await["new"], false, "{same}");
    }
    assert_eq!(supported(&world.now, &id, "310 555 1234").await["new"], true);
    assert_eq!(supports().await, 2);
    for wrong in ["", "x", "q000000000000.0.1.0", &code.replace(&id, "q000000000000"), &format!("{code}0")] {
        world.now.post("/v1/petition-supports", &confirm(wrong.to_owned())).await.problem(404, "not_found");
    }
    world.now.post(&format!("/v1/petitions/{id}/supports"), &json!({"contact": "nadie"})).await.problem(422, "unprocessable");
    assert!(supports().await == 2);
    let stored = support::number(&world.database, "SELECT count(*) FROM petition_support s WHERE s::text LIKE '%ana%'").await;
    assert_eq!(stored, 0, "no way to reach a person is kept");
    answered(&world, &world.ana, &id, LONG_ANSWER).await.data(201);
    world
        .now
        .post(&format!("/v1/petitions/{id}/supports"), &json!({"contact": "luis@example.org"}))
        .await
        .problem(409, "conflict");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_withdraws_and_nothing_of_the_words_is_left() {
    let world = world("petition_withdrawn").await;
    let mut words = body();
    words["reasons"] = "ZARZAMORA en las razones".into();
    let received = sent(&world.now, &fresh(), &words).await.data(201);
    let id = received["petition"].as_str().unwrap();
    let path = format!("/v1/petitions/{id}/withdrawals");
    world.now.post(&path, &json!({"ticket": "TMO-00000000000000000000000000000000-0000"})).await.problem(404, "not_found");
    for _ in 0..2 {
        let moved = world.now.post(&path, &json!({"ticket": received["ticket"]})).await.data(200);
        assert_eq!(moved["state"], "withdrawn");
    }
    assert_eq!(state(&world, id).await, "withdrawn");
    answered(&world, &world.ana, id, LONG_ANSWER).await.problem(409, "conflict");
    for table in ["petition", "petition_event", "audit_entry", "idempotency_record"] {
        let sql = format!("SELECT count(*) FROM {table} t WHERE t::text LIKE '%ZARZAMORA%'");
        assert_eq!(support::number(&world.database, &sql).await, 0, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn similar_ones_that_can_be_supported_are_shown_and_stop_nobody() {
    let world = world("petition_similar").await;
    let path = "/v1/petitions?similar_to=19914312-20";
    assert_eq!(count(&world.now.data(path).await), 0);
    let mut known = Vec::new();
    for _ in 0..5 {
        known.push(published(&world).await.0);
    }
    let mut words = body();
    words["request"] = "La más nueva de <b>todas</b> las peticiones".into();
    let newest = sent(&world.later, &fresh(), &words).await.data(201)["petition"].as_str().unwrap().to_owned();
    assert_eq!(
        world.now.data(path).await.as_array().unwrap().iter().filter(|one| one["id"] == *newest).count(),
        0,
        "not read yet"
    );
    moderated(&world, &newest, true, None).await.data(200);
    let mut market = body();
    market["subject"] = "include_in_control".into();
    market["target"] = Value::Null;
    let other = sent(&world.later, &fresh(), &market).await.data(201)["petition"].as_str().unwrap().to_owned();
    moderated(&world, &other, true, None).await.data(200);

    let found = world.now.data(path).await;
    let ids: Vec<&str> = found.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    known.sort_unstable();
    let expected: Vec<&str> = std::iter::once(&newest).chain(&known[..4]).map(String::as_str).collect();
    assert_eq!(ids, expected, "the newest first, five at most");
    assert_eq!(count(&world.now.data(&format!("{path}&limit=2")).await), 2);
    assert_eq!(count(&world.now.data("/v1/petitions?similar_to=88888888-9").await), 0);

    let ours = format!("{HERE}{OURS}");
    let typed = |code: &'static str, step: &'static str| {
        [
            ("paso", step),
            ("asunto", "review_product"),
            ("codigo", code),
            ("peticion", "Que se revise este precio"),
            ("razones", "Subió."),
        ]
    };
    let check = post(&world.now, "/pedir", &ours, &typed(" 19914312-20 ", "revisar")).await;
    assert_eq!(check.status, 200, "{}", check.body);
    for id in &expected {
        assert!(check.body.contains(&format!("/peticiones/{id}/apoyar")), "{id}: {}", check.body);
    }
    assert!(
        !check.body.contains("<b>todas") && text(&check.body).contains("Apoyar esta en vez de enviar otra"),
        "{}",
        check.body
    );
    let english = post(&world.now, "/pedir?lang=en", &ours, &typed("19914312-20", "revisar")).await;
    assert!(text(&english.body).contains("Support this one instead"), "{}", english.body);
    let none = post(&world.now, "/pedir", &ours, &typed("88888888-9", "revisar")).await;
    assert!(none.status == 200 && !none.body.contains("/apoyar"), "{}", none.body);
    let once = field(&check, "una_vez");
    let mut fields = typed("19914312-20", "enviar").to_vec();
    fields.push(("una_vez", &once));
    let received = post(&world.now, "/pedir", &ours, &fields).await;
    assert!(received.status == 200 && received.body.contains("TMO-"), "{}", received.body);

    // What is answered is no longer open to supports.
    answered(&world, &world.ana, &newest, LONG_ANSWER).await.data(201);
    assert!(!world.now.get(path).await.body.contains(&newest));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_lead_from_the_form_to_the_answer() {
    let world = world("petition_pages").await;
    let ours = format!("{HERE}{OURS}");
    assert!(text(&page(&world.now, "/peticiones").await.body).contains("Todavía no hay peticiones"));
    assert!(text(&page(&world.now, "/participacion").await.body).contains("La escalera"));
    let typed = [
        ("asunto", "review_product"),
        ("codigo", "19914312-20"),
        ("peticion", "Que se revise el precio de este producto"),
        ("razones", "Subió dos veces en un año."),
    ];
    let with_step = |step: &'static str| [("paso", step)].into_iter().chain(typed).collect::<Vec<_>>();
    assert_eq!(post(&world.now, "/pedir", HERE, &with_step("enviar")).await.status, 403, "from another site");
    let missing = post(&world.now, "/pedir", &ours, &[("paso", "revisar")]).await;
    assert!(missing.status == 422 && missing.body.contains("href=\"#razones\""), "{}", missing.body);
    let check = post(&world.now, "/pedir", &ours, &with_step("revisar")).await;
    assert_eq!(check.status, 200, "{}", check.body);
    let once = field(&check, "una_vez");
    let mut fields = with_step("enviar");
    fields.push(("una_vez", &once));
    let received = post(&world.now, "/pedir", &ours, &fields).await;
    assert!(received.status == 200 && received.body.contains("TMO-"), "{}", received.body);
    let again = post(&world.now, "/pedir", &ours, &fields).await;
    assert_eq!(support::number(&world.database, "SELECT count(*) FROM petition").await, 1, "{}", again.body);
    let all = world.now.data("/v1/petitions").await;
    let id = all[0]["id"].as_str().unwrap();

    let cookie = sign_in(&world.now, &world.ana).await;
    let queue = shown(&world.now, &cookie, "/trabajo/peticiones").await;
    assert!(queue.body.contains(&format!("/trabajo/peticiones/{id}")), "{}", queue.body);
    let at = format!("/trabajo/peticiones/{id}");
    let work = shown(&world.now, &cookie, &at).await;
    let (token, once) = (field(&work, "token"), field(&work, "una_vez"));
    let signed = format!("{ours}cookie: {cookie}\r\n");
    let publish = [("token", token.as_str()), ("una_vez", &once), ("formulario", "lectura"), ("paso", "publicar")];
    assert_eq!(post(&world.now, &at, &signed, &publish).await.status, 303);

    let begun = post(&world.now, &format!("/peticiones/{id}/apoyar"), &ours, &[("contacto", "ana@example.org")]).await;
    let code = field(&begun, "codigo");
    let done = post(&world.now, "/apoyo", &ours, &[("codigo", &code)]).await;
    assert!(done.status == 200 && text(&done.body).contains("Su apoyo ya cuenta"), "{}", done.body);
    let once = fresh();
    let answer = [
        ("token", token.as_str()),
        ("una_vez", &once),
        ("formulario", "respuesta"),
        ("decision", "no_ground"),
        ("respuesta", LONG_ANSWER),
    ];
    assert_eq!(post(&world.now, &at, &signed, &answer).await.status, 303);
    let shown = text(&page(&world.now, &format!("/peticiones/{id}")).await.body);
    assert!(shown.contains("no hay fundamento") && shown.contains("dentro del término"), "{shown}");
    let english = text(&page(&world.now, &format!("/peticiones/{id}?lang=en")).await.body);
    assert!(english.contains("there is no ground") && english.contains("within the term"), "{english}");
    let ticket = [("peticion", id), ("tiquete", "TMO-1"), ("paso", "retirar")];
    assert_eq!(post(&world.now, "/tiquete", &ours, &ticket).await.status, 404);
}
