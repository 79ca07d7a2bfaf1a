//! Public purchases from their files to lines, figures, pages and corrections: the same everywhere, and nothing undecided is called above.

use serde_json::{Value, json};
use termometro::{ingest::SourceKind, store::postgres::database::Database};

use crate::{
    cases::World,
    client::Answer,
    expected::{Expected, column, count},
    kit::tables,
    pages::{page, text},
    people,
    regulators::fresh,
    server::Server,
    sessions::{HERE, OURS, field, post, shown, sign_in},
    spreadsheets,
    stage::{header_of, written},
    support,
};

const TEXT: &str = "LANTUS 100 UI/ML 19914312-20";
const BUYERS: [&str; 3] = ["899999063", "890102768", "800123456"];
const SELLERS: [&str; 2] = ["860002964", "830512345"];
const LONG_ANSWER: &str =
    "La línea es de la caja de un lapicero, como dice el comprador; el dato debe corregirlo Colombia Compra Eficiente.";

fn row(order: u32, buyer: &str, seller: &str, item: &str, price: u32) -> String {
    let total = price * 50;
    format!(
        "{order},2020-06-15T00:00:00.000,HOSPITAL {buyer},{buyer},PROVEEDOR {seller},{seller},{item},{price},50,CAJA,{total},1"
    )
}

/// Nine lines at one price, one dearer, one that was cancelled, one of a person, and two that say little.
pub async fn import(database: &Database) {
    let mut lines = vec![header_of(tables::PURCHASES).to_owned()];
    lines.extend((0..9).map(|at| row(70_001 + at, BUYERS[at as usize % 3], SELLERS[at as usize % 2], TEXT, 33_000)));
    lines.push(row(70_010, BUYERS[0], SELLERS[0], TEXT, 36_000));
    lines.push(row(70_011, BUYERS[0], SELLERS[0], TEXT, 990_000));
    lines.push(row(70_012, BUYERS[1], "51789456", "GUANTES DE NITRILO", 900_000));
    lines.push(row(70_013, BUYERS[1], SELLERS[1], "LOSARTAN", 990_000));
    lines.push(row(70_014, BUYERS[2], SELLERS[1], "ZZZZ QQQQ", 5));
    let cancelled = "2020,70011,HOSPITAL,899999063,Una Persona,2020-06-15T00:00:00.000,PROVEEDOR,860002964,Cancelada,1,1,Medicamentos II,Tunja";
    let orders = [header_of(tables::PURCHASE_ORDERS), cancelled];
    let items: Vec<&str> = lines.iter().map(String::as_str).collect();
    let contracts: Vec<&str> = tables::CONTRACTS.lines().collect();
    let additions: Vec<&str> = tables::ADDITIONS.lines().collect();
    for (kind, name, lines) in [
        (SourceKind::TvecOrders, "tvec_orders.csv", &orders[..]),
        (SourceKind::TvecItems, "tvec_items.csv", &items[..]),
        (SourceKind::SecopContracts, "secop_contracts.csv", &contracts[..]),
        (SourceKind::SecopAdditions, "secop_additions.csv", &additions[..]),
    ] {
        let report = support::import(database, kind, &written(name, lines)).await;
        assert_eq!(report.counts.quarantined + report.counts.refused, 0, "{name}: {:?}", report.reasons);
    }
}

async fn world(name: &'static str) -> World {
    let database = people::sample(name).await;
    import(&database).await;
    World::on(database).await
}

/// The id of the line of an order.
pub async fn line_of(server: &Server, order: &str) -> String {
    let lines = server.data("/v1/purchases?limit=1000").await;
    let line = lines.as_array().unwrap().iter().find(|line| line["order"] == order);
    line.unwrap_or_else(|| panic!("no order {order}: {lines}"))["id"].as_str().unwrap().to_owned()
}

pub async fn corrected(server: &Server, once: &str, id: &str, body: &Value) -> Answer {
    let headers = format!("idempotency-key: {once}\r\ncontent-type: application/json\r\n");
    server.ask("POST", &format!("/v1/purchases/{id}/corrections"), &headers, Some(&body.to_string())).await
}

pub fn body() -> Value {
    json!({"sender": "buyer", "text": "El precio es por la caja de un lapicero.", "cum": "19914312-20"})
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_the_same_in_the_api_the_pages_and_the_csv() {
    let world = world("purchase_figures").await;
    let groups = world.now.data("/v1/price-dispersion?market=96").await;
    assert_eq!(count(&groups), 1, "{groups}");
    assert_has!(groups[0], {"quarter": "2020-Q2", "quantity_up_to": "100", "regulated_unit": "UI", "lines": 10, "buyers": 3, "sellers": 2});
    // 33,000 pesos for 300 UI are 110 for one; the dearer line paid 10 more for each of 15,000.
    assert_has!(groups[0], {"median": "110", "p10": "110", "p90": "111", "p90_by_p10": "1.0091", "saving": "150000"});
    let csv = world.now.get("/v1/price-dispersion?market=96&format=csv").await;
    let table = spreadsheets::table(&csv.body, b',');
    let saving = table[0].iter().position(|name| name == "saving").unwrap();
    assert_eq!(table[1][saving], "150000");
    let shown = page(&world.now, "/compras?mercado=96").await.body;
    assert!(text(&shown).contains("150.000") && shown.contains("<circle"), "{shown}");
    assert_eq!(shown.matches("<circle").count(), 11, "ten lines, and the bulb in the header: {shown}");

    let answer = world.now.get("/v1/buyers/899999063").await.json();
    let (buyer, rows) = (&answer["buyer"], &answer["data"]);
    assert_has!(buyer, {"from": "2019-06-16", "to": "2020-06-16", "lines": 5, "counted": 4, "cancelled": 1, "saving": "150000", "saving_lines": 4});
    assert_has!(rows[0], {"own_lines": 4, "own_median": "110", "own_saving": "150000"});
    assert_eq!(rows[0]["all"]["saving"], groups[0]["saving"], "the only line over the median is this buyer's");
    let csv = world.now.get("/v1/buyers/899999063?format=csv").await;
    let table = spreadsheets::table(&csv.body, b',');
    let own = table[0].iter().position(|name| name == "own_saving").unwrap();
    assert_eq!(table[1][own], "150000");
    let shown = text(&page(&world.now, "/compradores/899999063-3").await.body);
    assert!(shown.contains("150.000") && shown.contains("Frente a la mediana"), "{shown}");
    assert_eq!(world.now.data("/v1/price-dispersion?market=96&from=2021-01").await, json!([]));
    world.now.get("/v1/buyers/811111111").await.problem(404, "not_found");
    let quality = world.now.data("/v1/purchase-quality").await;
    assert_has!(quality, {"lines": 14, "counted": 13, "cancelled": 1});
    assert_has!(quality["coverage"], {"labelled": 0, "covered_percent_from": null});
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_shows_how_it_is_read_and_nothing_undecided_is_above() {
    let world = world("purchase_lines").await;
    let all = world.now.data("/v1/purchases?limit=1000").await;
    assert_eq!(count(&all), 14);
    let mut paged = Vec::new();
    let mut path = "/v1/purchases?limit=5".to_owned();
    loop {
        let answer = world.now.get(&path).await.json();
        paged.extend(answer["data"].as_array().unwrap().clone());
        let Some(cursor) = answer["meta"]["next_cursor"].as_str() else { break };
        path = format!("/v1/purchases?limit=5&cursor={cursor}");
    }
    assert_eq!(json!(paged), all, "page by page");
    assert_eq!(count(&world.now.data("/v1/purchases?market=96&limit=1000").await), 11);
    assert_eq!(count(&world.now.data("/v1/purchases?buyer=890102768&described=not_a_medicine").await), 1);
    assert_eq!(count(&world.now.data("/v1/purchases?cum=19914312-20&from=2020-06-15&to=2020-06-16").await), 11);
    for line in all.as_array().unwrap() {
        let file = world.now.data(&format!("/v1/purchases/{}", line["id"].as_str().unwrap())).await;
        let decided = ["within", "above"].map(|verdict| file["purchase"]["verdict"] == verdict);
        assert_eq!(file["comparison"].is_object(), decided.contains(&true), "{file}");
        assert!(file["reading"]["verdict"] != "above" || file["purchase"]["verdict"] == "above", "{file}");
        assert!(count(&file["reading"]["candidates"]) <= 20);
        let personal = file["purchase"]["seller_kind"] == "natural_person";
        assert!(!personal || (file["purchase"]["seller"].is_null() && file["purchase"]["seller_nit"].is_null()), "{file}");
    }
    let cancelled = line_of(&world.now, "70011").await;
    let cancelled = world.now.data(&format!("/v1/purchases/{cancelled}")).await;
    assert_has!(cancelled["purchase"], {"counts": false, "verdict": "cannot_compare", "reasons": ["not_counted"]});
    let vague = line_of(&world.now, "70013").await;
    let vague = world.now.data(&format!("/v1/purchases/{vague}")).await;
    assert_has!(vague["purchase"], {"verdict": "not_regulated", "cum": null, "described": "ingredient"});
    // All sixteen that it may be have no ceiling; what names nothing has no verdict.
    assert_eq!(vague["purchase"]["candidates"], 16);
    let nothing = line_of(&world.now, "70014").await;
    let nothing = world.now.data(&format!("/v1/purchases/{nothing}")).await;
    assert_has!(nothing["purchase"], {"verdict": "cannot_compare", "excess_percent": null});
    let coded = line_of(&world.now, "70001").await;
    let file = world.now.data(&format!("/v1/purchases/{coded}")).await;
    assert_has!(file["purchase"], {"cum": "19914312-20", "market": "96", "regulated_price": "110", "regulated_units": "15000"});
    assert!(column(&file["reading"]["tokens"], "kind").contains(&"cum"), "{file}");
    let shown = page(&world.now, &format!("/compras/{coded}")).await.body;
    assert!(shown.contains("k-cum\">19914312-20<small>") && text(&shown).contains("Cómo leemos esta línea"), "{shown}");
    assert!(text(&page(&world.now, &format!("/compras/{coded}?lang=en")).await.body).contains("How we read this line"));
    world.now.get("/v1/purchases/b0000000000000000").await.problem(404, "not_found");
    assert_eq!(world.now.get("/v1/purchases/x").await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn contracts_have_events_and_orders_are_releases() {
    let world = world("purchase_releases").await;
    let contract = world.now.data("/v1/contracts/CO1.PCCNTR.1").await;
    assert_has!(contract, {"value": "120000000", "added_days": 30});
    assert_eq!(count(&contract["events"]), 4, "{contract}");
    world.now.get("/v1/contracts/CO1.PCCNTR.9").await.problem(404, "not_found");
    let first = world.now.get("/v1/ocds-releases?limit=10").await;
    assert!(first.body.contains("\"amount\":33000,\"currency\":\"COP\""), "{}", first.body);
    let package = first.json();
    assert_eq!((count(&package["releases"]), &package["version"]), (10, &json!("1.1")));
    let next = package["links"]["next"].as_str().unwrap();
    let rest = world.now.get(&next[next.find("/v1/").unwrap()..]).await;
    assert!(rest.body.contains("\"persona natural\"") && !rest.body.contains("51789456"), "{}", rest.body);
    let rest = rest.json();
    assert_eq!((count(&rest["releases"]), &rest["links"]), (4, &Value::Null));
    let of_contracts = world.now.get("/v1/ocds-releases?of=contracts").await.json();
    assert_eq!(count(&of_contracts["releases"]), 1, "medicines alone: {of_contracts}");
    assert_eq!(count(&of_contracts["releases"][0]["contracts"][0]["amendments"]), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_obliges_an_answer() {
    let world = world("purchase_corrections").await;
    let line = line_of(&world.now, "70001").await;
    let once = fresh();
    let received = corrected(&world.now, &once, &line, &body()).await.data(201);
    assert_eq!(received["due_on"], "2026-12-15", "15 working days: {received}");
    assert!(received["due_citation"].as_str().unwrap().contains("Ley 1755 de 2015"));
    assert_eq!(corrected(&world.now, &once, &line, &body()).await.data(201), received, "a second try gets the same ticket");
    let mut other = body();
    other["text"] = "Otra corrección distinta de la primera".into();
    corrected(&world.now, &once, &line, &other).await.problem(422, "idempotency_key_reused");
    let id = received["correction"].as_str().unwrap();
    let path = format!("/v1/purchase-corrections/{id}");
    assert_has!(world.now.data(&path).await, {"state": "received", "text": null, "due_on": "2026-12-15"});
    let file = world.now.data(&format!("/v1/purchases/{line}")).await;
    assert_eq!(column(&file["corrections"], "id"), [id]);
    let queue = world.get(&world.ana, "/v1/purchase-correction-queue").await.data(200);
    assert_eq!((count(&queue), &queue[0]["text"]), (1, &body()["text"]));
    assert_eq!(world.get(&world.seller, "/v1/purchase-correction-queue").await.status, 403);

    let answers = format!("{path}/answers");
    let answer = |text: &str| json!({"disposition": "source_must_correct", "text_es": text});
    world.now.post_as(&world.ana, &fresh(), &answers, &answer("No.")).await.problem(422, "unprocessable");
    assert_eq!(world.now.post_as(&world.seller, &fresh(), &answers, &answer(LONG_ANSWER)).await.status, 403);
    world.now.post_as(&world.ana, &fresh(), &answers, &answer(LONG_ANSWER)).await.data(201);
    world.now.post_as(&world.luis, &fresh(), &answers, &answer(LONG_ANSWER)).await.problem(409, "conflict");
    let shown = world.now.data(&path).await;
    assert_has!(shown, {"state": "answered", "disposition": "source_must_correct", "answer_es": LONG_ANSWER});
    assert_eq!(shown["text"], body()["text"], "public with its answer");
    assert_eq!(count(&world.get(&world.ana, "/v1/purchase-correction-queue").await.data(200)), 0);

    let withdrawals = format!("{path}/withdrawals");
    world.now.post(&withdrawals, &json!({"ticket": "TMO-0"})).await.problem(404, "not_found");
    for _ in 0..2 {
        let moved = world.now.post(&withdrawals, &json!({"ticket": received["ticket"]})).await.data(200);
        assert_eq!(moved["state"], "withdrawn");
    }
    assert_has!(world.now.data(&path).await, {"state": "withdrawn", "text": null});
    let left = "SELECT count(*) FROM purchase_correction c WHERE c::text LIKE '%lapicero%'";
    assert_eq!(support::number(&world.database, left).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_corrections_end_as_specified() {
    let world = world("purchase_hostile").await;
    let line = line_of(&world.now, "70001").await;
    let with = |member: &str, value: Value| {
        let mut body = body();
        body[member] = value;
        body
    };
    for (what, body, status) in [
        ("a link", with("text", json!("vea https://example.org/x")), 422),
        ("an e-mail address", with("text", json!("soy ana@example.org y lo sé")), 422),
        ("too short", with("text", json!("no")), 422),
        ("too long", with("text", json!("a".repeat(2_001))), 422),
        ("an unknown product", with("cum", json!("88888888-9")), 422),
        ("no code", with("cum", json!("no es un código")), 400),
        ("an unknown sender", with("sender", json!("vecino")), 400),
        ("one member more", with("name", json!("Ana")), 400),
        ("no text", with("text", json!(7)), 400),
    ] {
        let answer = corrected(&world.now, &fresh(), &line, &body).await;
        assert_eq!(answer.status, status, "{what}: {}", answer.body);
    }
    assert_eq!(corrected(&world.now, "", &line, &body()).await.status, 400, "no key");
    corrected(&world.now, &fresh(), "b0000000000000000", &body()).await.problem(404, "not_found");
    assert_eq!(support::number(&world.database, "SELECT count(*) FROM purchase_correction").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_lead_from_a_line_to_its_correction() {
    let world = world("purchase_pages").await;
    let ours = format!("{HERE}{OURS}");
    let line = line_of(&world.now, "70001").await;
    let path = format!("/compras/{line}/corregir");
    assert!(page(&world.now, &format!("/compras/{line}")).await.body.contains(&path));
    let missing = post(&world.now, &path, &ours, &[("paso", "revisar")]).await;
    assert!(missing.status == 422 && missing.body.contains("href=\"#texto\""), "{}", missing.body);
    let typed = [("quien", "buyer"), ("texto", "El precio es por la caja de un lapicero."), ("codigo", "19914312-20")];
    let with_step = |step: &'static str| [("paso", step)].into_iter().chain(typed).collect::<Vec<_>>();
    assert_eq!(post(&world.now, &path, HERE, &with_step("enviar")).await.status, 403, "from another site");
    let check = post(&world.now, &path, &ours, &with_step("revisar")).await;
    assert_eq!(check.status, 200, "{}", check.body);
    let once = field(&check, "una_vez");
    let mut fields = with_step("enviar");
    fields.push(("una_vez", &once));
    let received = post(&world.now, &path, &ours, &fields).await;
    assert!(received.status == 200 && received.body.contains("TMO-"), "{}", received.body);
    post(&world.now, &path, &ours, &fields).await;
    let all = world.now.data("/v1/purchase-corrections").await;
    assert_eq!(count(&all), 1, "sent twice, received once");
    let cookie = sign_in(&world.now, &world.ana).await;
    let work = format!("/trabajo/correcciones/{}", all[0]["id"].as_str().unwrap());
    assert!(shown(&world.now, &cookie, "/trabajo/correcciones").await.body.contains(&work));
    let form = shown(&world.now, &cookie, &work).await;
    let (token, once) = (field(&form, "token"), field(&form, "una_vez"));
    let signed = format!("{ours}cookie: {cookie}\r\n");
    let answer = [("token", token.as_str()), ("una_vez", &once), ("decision", "accepted"), ("respuesta", LONG_ANSWER)];
    let short = [("token", token.as_str()), ("una_vez", &once), ("decision", "accepted"), ("respuesta", "No.")];
    let refused = post(&world.now, &work, &signed, &short).await;
    assert!(refused.status == 422 && refused.body.contains("href=\"#respuesta\""), "{}", refused.body);
    assert_eq!(post(&world.now, &work, &signed, &answer).await.status, 303);
    let at = format!("/correcciones/{}", all[0]["id"].as_str().unwrap());
    let public = text(&page(&world.now, &at).await.body);
    assert!(public.contains("se acepta") && public.contains("la caja de un lapicero"), "{public}");
    assert_eq!(post(&world.now, &at, &ours, &[("tiquete", "TMO-1")]).await.status, 404);
    assert_eq!(post(&world.now, &at, &ours, &[("tiquete", "")]).await.status, 422);
    let ticket = received.body.split("<b id=\"tiquete\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let withdrawn = post(&world.now, &at, &ours, &[("tiquete", &ticket)]).await;
    assert!(withdrawn.status == 200 && text(&withdrawn.body).contains("retirada"), "{}", withdrawn.body);
}
