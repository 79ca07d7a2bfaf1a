//! Reports of prices: answered at once, opened by a ticket alone, sorted out and answered by regulators, released by the week, and withdrawn whole.

use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::{
    cases::{TODAY, World, instant},
    client::Answer,
    expected::{Expected, count},
    pages::{page, text},
    people,
    regulators::fresh,
    server::Server,
    sessions::{HERE, OURS, field, post, shown, sign_in},
    stage::read_model,
    support,
};

const LONG_ANSWER: &str =
    "En el mostrador este producto no tiene precio máximo; su reporte queda para la próxima revisión de la lista de la Comisión.";
/// Losartan of the sample: the thermometer has it.
const CUM: &str = "90000301-1";

async fn world(name: &'static str) -> World {
    World::on(people::sample(name).await).await
}

pub fn body() -> Value {
    json!({"cum": CUM, "amount": "900", "per": "dispensing_unit", "bought_on": "2026-11-20", "municipality": "05001"})
}

pub async fn sent(server: &Server, once: &str, body: &Value) -> Answer {
    let headers = format!("idempotency-key: {once}\r\ncontent-type: application/json\r\n");
    server.ask("POST", "/v1/price-reports", &headers, Some(&body.to_string())).await
}

fn with(member: &str, value: Value) -> Value {
    let mut body = body();
    body[member] = value;
    body
}

async fn step(server: &Server, id: &str, what: &str, ticket: &Value) -> Answer {
    server.post(&format!("/v1/price-reports/{id}/{what}"), &json!({"ticket": ticket})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_answered_at_once_and_by_the_authority_in_the_term() {
    let world = world("price_report_path").await;
    let (once, asked) = (fresh(), with("question", json!("¿Es legal ese precio?")));
    let received = sent(&world.now, &once, &asked).await.data(201);
    let answer = &received["answer"];
    assert_ne!(answer["verdict"]["verdict"], "above", "few ceilings bind at the counter: {answer}");
    assert_eq!((&answer["verdict"]["channel"], &answer["verdict"]["stage"]), (&json!("commercial"), &json!("final")));
    assert!(answer["thermometer"][0]["placed"]["level"].is_string(), "{answer}");
    let equivalents = world.now.get(answer["equivalents"].as_str().unwrap()).await;
    assert_eq!(equivalents.status, 200);
    assert_eq!(received["due_on"], "2026-12-15", "15 working days: {received}");
    assert_eq!(
        sent(&world.now, &once, &asked).await.data(201)["ticket"],
        received["ticket"],
        "a second try gets the same ticket"
    );
    sent(&world.now, &once, &body()).await.problem(422, "idempotency_key_reused");

    let (id, ticket) = (received["price_report"].as_str().unwrap(), &received["ticket"]);
    let public = world.now.data(&format!("/v1/price-reports/{id}")).await;
    assert!(
        !public.to_string().contains("legal ese precio") && !public.to_string().contains(CUM),
        "nothing of its content: {public}"
    );
    let opened = step(&world.now, id, "openings", ticket).await.data(200);
    assert_eq!((&opened["content"]["question"], &opened["content"]["price"]["amount"]), (&asked["question"], &json!("900.00")));
    let wrong = json!("TMO-00000000000000000000000000000000-0000");
    for what in ["openings", "confirmations", "withdrawals"] {
        let of_this = step(&world.now, id, what, &wrong).await;
        let of_none = step(&world.now, "p000000000000", what, &wrong).await;
        of_this.problem(404, "not_found");
        of_none.problem(404, "not_found");
    }

    let queue = world.get(&world.ana, "/v1/price-report-queue").await.data(200);
    assert_eq!((count(&queue), &queue[0]["id"]), (1, &json!(id)), "{queue}");
    assert_eq!(world.get(&world.seller, "/v1/price-report-queue").await.status, 403);
    let answers = format!("/v1/price-reports/{id}/answers");
    let said = |text: &str| json!({"disposition": "informed", "text_es": text});
    world.now.post_as(&world.ana, &fresh(), &answers, &said("No.")).await.problem(422, "unprocessable");
    assert_eq!(world.now.post_as(&world.seller, &fresh(), &answers, &said(LONG_ANSWER)).await.status, 403);
    world.now.post_as(&world.ana, &fresh(), &answers, &said(LONG_ANSWER)).await.data(201);
    world.now.post_as(&world.luis, &fresh(), &answers, &said(LONG_ANSWER)).await.problem(409, "conflict");
    assert_eq!(step(&world.now, id, "openings", ticket).await.data(200)["answer"]["text_es"], LONG_ANSWER);
    let board = world.now.data("/v1/participation/board").await;
    assert_eq!((&board[0]["kind"], &board[0]["answered_in_term"]), (&json!("price_report"), &json!(1)), "{board}");

    for (server, new) in [(&world.now, true), (&world.now, false), (&world.later, true)] {
        let confirmed = step(server, id, "confirmations", ticket).await.data(200);
        assert_eq!(confirmed["new"], new, "once a week: {confirmed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_price_is_of_is_said_by_a_code_or_by_words() {
    let world = world("price_report_texts").await;
    let worded = |text: &str| {
        let mut body = with("text", json!(text));
        body.as_object_mut().unwrap().remove("cum");
        body
    };
    let read = sent(&world.now, &fresh(), &worded("LOSARTAN 50 MG TABLETA")).await.data(201);
    assert!(read["answer"]["text"]["candidate_count"].as_u64().unwrap() > 0, "{read}");
    assert_eq!((&read["answer"]["verdict"], &read["state"]), (&Value::Null, &json!("received")));
    let nothing = sent(&world.now, &fresh(), &worded("zapatos rojos")).await.data(201);
    assert_eq!(nothing["answer"]["text"]["verdict"], "cannot_compare", "{nothing}");
    let id = nothing["price_report"].as_str().unwrap();
    let moderation = format!("/v1/price-reports/{id}/moderation");
    world.now.post_as(&world.ana, &fresh(), &moderation, &json!({})).await.problem(422, "unprocessable");
    let sorted = json!({"not_usable": "not_a_medicine"});
    assert_eq!(world.now.post_as(&world.ana, &fresh(), &moderation, &sorted).await.data(200)["state"], "not_usable");
    let history = world.now.data(&format!("/v1/price-reports/{id}")).await["history"].clone();
    assert_eq!(history[1]["reason"], "not_a_medicine", "public: {history}");
    // A price far from all others waits for a person, who may find it usable.
    let far = sent(&world.now, &fresh(), &with("amount", json!("9000000"))).await.data(201);
    assert_eq!(far["state"], "received");
    let moderation = format!("/v1/price-reports/{}/moderation", far["price_report"].as_str().unwrap());
    assert_eq!(world.now.post_as(&world.ana, &fresh(), &moderation, &json!({})).await.data(200)["state"], "usable");
    let counts = world.now.data("/v1/price-report-counts").await;
    assert!(
        counts.as_array().unwrap().contains(&json!({"state": "not_usable", "reason": "not_a_medicine", "reports": 1})),
        "{counts}"
    );
    assert!(world.now.data("/v1/territories").await.to_string().contains("Medellín"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_report_leaves_no_content_anywhere() {
    let world = world("price_report_withdrawn").await;
    let mut words = with("question", json!("ZARZAMORA en la pregunta"));
    words["text"] = "ZARZAMORA en el texto".into();
    words["amount"] = "987.6543".into();
    let received = sent(&world.now, &fresh(), &words).await.data(201);
    let (id, ticket) = (received["price_report"].as_str().unwrap(), &received["ticket"]);
    let answer = json!({"disposition": "informed", "text_es": format!("ZARZAMORA. {LONG_ANSWER}")});
    let path = format!("/v1/price-reports/{id}/answers");
    world.now.post_as(&world.ana, &fresh(), &path, &answer).await.data(201);
    for _ in 0..2 {
        assert_eq!(step(&world.now, id, "withdrawals", ticket).await.data(200)["state"], "withdrawn");
    }
    assert_eq!(step(&world.now, id, "openings", ticket).await.data(200)["content"], Value::Null);
    step(&world.now, id, "confirmations", ticket).await.problem(409, "conflict");
    let sql = "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p')";
    let client = world.database.import_connection().await.unwrap();
    client.batch_execute("SET ROLE NONE").await.unwrap();
    let tables: Vec<String> = client.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
    assert!(tables.len() > 50, "{tables:?}");
    for table in tables {
        for content in ["ZARZAMORA", "987.6543"] {
            let sql = format!("SELECT count(*) FROM {table} t WHERE t::text LIKE '%{content}%'");
            let found: i64 = client.query_one(&sql, &[]).await.unwrap().get(0);
            assert_eq!(found, 0, "{content} in {table}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_reports_end_as_specified() {
    let world = world("price_report_hostile").await;
    for (what, body, status) in [
        ("a day to come", with("bought_on", json!("2026-11-24")), 422),
        ("too old", with("bought_on", json!("2025-11-22")), 422),
        ("no day", with("bought_on", json!("ayer")), 400),
        ("a day without an end", with("bought_on", json!("2026-02-30")), 400),
        ("an amount that reads two ways", with("amount", json!("48.900,00")), 400),
        ("an amount with a comma", with("amount", json!("48,900")), 400),
        ("a number", with("amount", json!(900)), 400),
        ("nothing paid", with("amount", json!("0")), 400),
        ("less than nothing", with("amount", json!("-1")), 400),
        ("no number", with("amount", json!("NaN")), 400),
        ("an exponent", with("amount", json!("9e5")), 400),
        ("too much", with("amount", json!("900000000000000000000")), 400),
        ("no unit", with("per", json!("caja")), 400),
        ("no such unit of a report", with("per", json!("regulated_unit")), 400),
        ("no code", with("cum", json!("1")), 400),
        ("neither code nor text", with("cum", json!("")), 400),
        ("a municipality by name", with("municipality", json!("Medellín")), 400),
        ("no such department", with("municipality", json!("00001")), 422),
        ("no such municipality", with("municipality", json!("05000")), 422),
        ("an e-mail address", with("text", json!("losartan, soy ana@example.org")), 422),
        ("a telephone", with("question", json!("llámeme al 310-555-1234")), 422),
        ("a link", with("question", json!("vea https://example.org/x")), 422),
        ("a link without a scheme", with("text", json!("vea www.example.org")), 422),
        ("too long", with("text", json!("a".repeat(1_001))), 400),
        ("too long a question", with("question", json!("a".repeat(1_001))), 422),
        ("a null character", with("text", json!("a\u{0}b")), 400),
        ("one member more", with("name", json!("Ana")), 400),
        ("the place of the sale", with("establishment", json!("Droguería X")), 400),
        ("the hour", with("bought_at", json!("10:30")), 400),
        ("no text", with("text", json!({"a": 1})), 400),
        ("a list", json!([body()]), 400),
    ] {
        let answer = sent(&world.now, &fresh(), &body).await;
        assert_eq!(answer.status, status, "{what}: {}", answer.body);
    }
    assert_eq!(sent(&world.now, "", &body()).await.status, 400, "no key");
    let twice =
        r#"{"cum":"90000301-1","amount":"1","amount":"900","per":"pack","bought_on":"2026-11-20","municipality":"05001"}"#;
    let headers = format!("idempotency-key: {}\r\ncontent-type: application/json\r\n", fresh());
    assert_eq!(world.now.ask("POST", "/v1/price-reports", &headers, Some(twice)).await.status, 400, "a member twice");
    assert_eq!(support::number(&world.database, "SELECT count(*) FROM price_report").await, 0);
    for kept in ["<script>alert(1)</script>", "'; DROP TABLE price_report; --", "abc \u{202e}001", "💊 losartán"] {
        sent(&world.now, &fresh(), &with("text", json!(kept))).await.data(201);
    }
    assert_eq!(support::number(&world.database, "SELECT count(*) FROM price_report").await, 4);
}

/// As if each came from a network of its own.
async fn contributors_apart(world: &World) {
    let sql = "SET session_replication_role = replica;
        UPDATE price_report p SET contributor = decode(lpad(to_hex(n.n), 64, '0'), 'hex')
        FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM price_report) n WHERE n.id = p.id;
        SET session_replication_role = DEFAULT";
    support::as_owner(&world.database, sql).await;
}

async fn served_on(world: &World, day: Date) -> Server {
    let server = Server::living(read_model(&world.database), instant(day), day).await;
    support::workflow(world.database.clone()).release_price_reports((instant(day), day)).await.unwrap();
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_is_released_once_after_it_has_ended() {
    let world = world("price_report_release").await;
    for amount in ["850", "860", "870", "880", "890", "900"] {
        let received = sent(&world.now, &fresh(), &with("amount", json!(amount))).await.data(201);
        assert_eq!(received["state"], "usable", "near those of its group: {received}");
    }
    served_on(&world, TODAY).await;
    assert_eq!(support::number(&world.database, "SELECT count(*) FROM price_report_release").await, 0, "the week has not ended");
    contributors_apart(&world).await;
    let server = served_on(&world, date(2026, 11, 30)).await;
    let figures = server.data("/v1/price-report-statistics").await;
    let areas: Vec<&str> = figures.as_array().unwrap().iter().map(|one| one["area"].as_str().unwrap()).collect();
    assert_eq!(areas, ["05", "05001", "CO"], "{figures}");
    assert_eq!((&figures[0]["week"], &figures[0]["contributors_at_least"]), (&json!("2026-11-23"), &json!(5)));
    assert_eq!(figures[0]["median"], json!({"amount": "870.00", "currency": "COP", "per": "dispensing_unit"}));
    assert_eq!(server.data("/v1/price-report-statistics?area=CO&limit=1").await[0]["area"], "CO");
    // What comes later is of another week, and what is withdrawn later changes no released figure.
    let late = sent(&server, &fresh(), &with("amount", json!("1500"))).await.data(201);
    step(&server, late["price_report"].as_str().unwrap(), "withdrawals", &late["ticket"]).await.data(200);
    let again = served_on(&world, date(2026, 12, 7)).await;
    assert_eq!(again.data("/v1/price-report-statistics?week=2026-11-23").await, figures);
    assert_eq!(count(&again.data("/v1/price-report-statistics?week=2026-11-30").await), 0, "one person, who withdrew");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_much_from_one_network_counts_once() {
    let world = world("price_report_one_network").await;
    for amount in ["850", "860", "870", "880", "890", "900"] {
        sent(&world.now, &fresh(), &with("amount", json!(amount))).await.data(201);
    }
    let server = served_on(&world, date(2026, 11, 30)).await;
    assert_eq!(count(&server.data("/v1/price-report-statistics").await), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_lead_from_the_form_to_the_answer_and_the_end() {
    let world = world("price_report_pages").await;
    let ours = format!("{HERE}{OURS}");
    assert!(text(&page(&world.now, "/precios-reportados").await.body).contains("Todavía no hay cifras"));
    let typed = [
        ("producto", "LOSARTAN 50 MG TABLETA"),
        ("monto", "$ 900"),
        ("por", "unidad"),
        ("dia", "2026-11-20"),
        ("municipio", "05001"),
        ("pregunta", "¿Es legal?"),
    ];
    let with_step = |step: &'static str| [("paso", step)].into_iter().chain(typed).collect::<Vec<_>>();
    let path = "/reportar-precio";
    assert_eq!(post(&world.now, path, HERE, &with_step("enviar")).await.status, 403, "from another site");
    let missing = post(&world.now, path, &ours, &[("paso", "revisar")]).await;
    assert!(missing.status == 422 && missing.body.contains("href=\"#monto\""), "{}", missing.body);
    let choice = post(&world.now, path, &ours, &with_step("revisar")).await;
    assert!(choice.status == 200 && choice.body.contains(CUM), "{}", choice.body);
    let mut fields = with_step("elegida");
    fields.push(("presentacion", CUM));
    let check = post(&world.now, path, &ours, &fields).await;
    assert!(check.status == 200 && text(&check.body).contains("Medellín"), "{}", check.body);
    let once = field(&check, "una_vez");
    fields[0] = ("paso", "enviar");
    fields.push(("una_vez", &once));
    let received = post(&world.now, path, &ours, &fields).await;
    assert!(received.status == 200 && received.body.contains("TMO-"), "{}", received.body);
    let shown_text = text(&received.body);
    let (_, ticket) = shown_text.split_once("TMO-").unwrap();
    let ticket = format!("TMO-{}", ticket.split_whitespace().next().unwrap());
    let queue = world.get(&world.ana, "/v1/price-report-queue").await.data(200);
    let id = queue[0]["id"].as_str().unwrap();
    assert_eq!((count(&queue), &queue[0]["cum"], &queue[0]["state"]), (1, &json!(CUM), &json!("usable")));

    let cookie = sign_in(&world.now, &world.ana).await;
    let at = format!("/trabajo/reportes/{id}");
    let work = shown(&world.now, &cookie, &at).await;
    let (token, once) = (field(&work, "token"), fresh());
    let signed = format!("{ours}cookie: {cookie}\r\n");
    let answer = [
        ("token", token.as_str()),
        ("una_vez", &once),
        ("formulario", "respuesta"),
        ("decision", "informed"),
        ("respuesta", LONG_ANSWER),
    ];
    assert_eq!(post(&world.now, &at, &signed, &answer).await.status, 303);
    let of_ticket = async |step: &'static str| {
        post(&world.now, "/reporte", &ours, &[("reporte", id), ("tiquete", &ticket), ("paso", step)]).await
    };
    assert!(text(&of_ticket("").await.body).contains("En el mostrador este producto"));
    assert!(text(&of_ticket("igual").await.body).contains("hoy es el mismo precio"));
    assert!(text(&of_ticket("igual").await.body).contains("Ya estaba anotado"));
    let ended = of_ticket("retirar").await;
    assert!(text(&ended.body).contains("Su reporte está borrado") && !ended.body.contains(CUM), "{}", ended.body);
    let wrong = [("reporte", id), ("tiquete", "TMO-1"), ("paso", "")];
    assert_eq!(post(&world.now, "/reporte", &ours, &wrong).await.status, 404);
}
