//! `POST /v1/item-texts` and its page: a line as people have it, what was read of it, and what all of its meanings agree on.

use serde_json::{Value, json};

use crate::{
    expected::{Expected, column, count},
    pages::page,
    people::pesos,
    server::Server,
};

async fn read(server: &Server, item: Value) -> Value {
    server.post("/v1/item-texts", &json!({ "items": [item] })).await.data(200)[0].take()
}

fn lantus(price: &str, unit: &str) -> Value {
    json!({"text": "LANTUS 100 UI/ML SOLUCION INYECTABLE LAPICERO", "price": price, "unit": unit, "date": "2020-06-15", "transaction": "1"})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_is_read_and_only_what_all_agree_on_is_a_verdict() {
    let server = Server::with_the_sample().await;
    // A vial of the same brand contradicts nothing of the text, and has another verdict.
    let per_unit = read(&server, lantus("40000", "dispensing_unit")).await;
    assert_has!(per_unit, {"verdict": "cannot_compare", "reasons": ["match_not_unique"], "unit_origin": "unit_stated"});
    assert!(per_unit["candidate_count"].as_u64().unwrap() > 1, "{per_unit}");
    let mut coded = lantus("40000", "dispensing_unit");
    coded["text"] = json!("LANTUS 100 UI/ML 19914312-20");
    let coded = read(&server, coded).await;
    assert_has!(coded, {"verdict": "above", "excess_percent_at_least": "21.0214", "reasons": [], "candidate_count": 1});
    let kinds = column(&per_unit["tokens"], "kind");
    assert_eq!(kinds, ["brand", "strength", "form", "form", "form"]);
    let per_pack = read(&server, lantus("171764", "caja")).await;
    assert_has!(per_pack, {"verdict": "cannot_compare", "reasons": ["match_not_unique"], "excess_percent_at_least": null});
    let open = read(&server, json!({"text": "LANTUS 100 UI/ML", "price": "33000", "date": "2020-06-15"})).await;
    assert_eq!(open["verdict"], "cannot_compare");
    assert!(column_of_texts(&open["reasons"]).contains(&"stage_not_known"), "{open}");
    let of_something = read(&server, json!({"text": "GUANTES DE NITRILO", "price": "33000"})).await;
    assert_has!(of_something, {"verdict": "cannot_compare", "reasons": ["not_a_medicine"], "candidate_count": 0});
    let sums = json!({"text": "LANTUS", "code": "19914312-20", "price": "100", "quantity": "2", "line_total": "250", "date": "2020-06-15", "transaction": "1"});
    assert_eq!(read(&server, sums).await["reasons"], json!(["line_total_mismatch"]));
    let free = json!({"text": "LANTUS", "code": "19914312-20", "price": "0", "date": "2020-06-15", "transaction": "1"});
    assert_eq!(read(&server, free).await["reasons"], json!(["price_missing"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_medical_sample_is_no_candidate_of_a_sale_and_an_inactive_presentation_is_one() {
    let server = Server::with_the_sample().await;
    let sold = read(&server, lantus("40000", "dispensing_unit")).await;
    let cums = column(&sold["candidates"], "cum");
    assert!(!cums.contains(&"19914312-90") && cums.contains(&"19914312-20"), "{sold}");
    let losartan =
        |text: &str| json!({"text": text, "price": "900", "unit": "tableta", "date": "2020-06-15", "transaction": "1"});
    let of_two = read(&server, losartan("LOSARTAN 50 MG TABLETA X 2")).await;
    assert_has!(of_two, {"verdict": "cannot_compare", "reasons": ["sample_line"]});
    assert!(column(&of_two["candidates"], "cum").contains(&"90000303-3"), "{of_two}");
    assert!(column_of_texts(&of_two["judge_reasons"]).contains(&"medical_sample"), "{of_two}");
    let said = read(&server, losartan("MUESTRA MEDICA LOSARTAN CARIBE 50 MG TABLETA")).await;
    assert_has!(said, {"verdict": "cannot_compare", "reasons": ["sample_line"]});
    assert_eq!(column(&said["tokens"], "kind")[..2], ["sample", "sample"]);
    assert!(said["explanation"].as_str().unwrap().contains("muestra médica"), "{said}");
    // What is inactive today was sold once, and what is left of it still may be.
    let inactive = read(&server, losartan("LOSARTAN 50 MG TABLETA X 20")).await;
    assert!(column(&inactive["candidates"], "cum").contains(&"90000304-4"), "{inactive}");
}

fn column_of_texts(texts: &Value) -> Vec<&str> {
    texts.as_array().unwrap().iter().filter_map(Value::as_str).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_with_its_code_is_judged_as_a_check_is() {
    let server = Server::with_the_sample().await;
    for (amount, cum) in [("171764", "19914312-20"), ("33052", "19914312-20"), ("171764", "19914312-21")] {
        let check = json!({"cum": cum, "price": pesos(amount), "date": "2020-06-15", "transaction": "1"});
        let checked = server.post("/v1/checks", &json!({ "checks": [check] })).await.data(200);
        let line =
            json!({"text": "LANTUS", "code": cum, "price": amount, "unit": "BX", "date": "2020-06-15", "transaction": "1"});
        let read = read(&server, line).await;
        assert_eq!(
            (&read["verdict"], &read["excess_percent_at_least"]),
            (&checked[0]["verdict"], &checked[0]["excess_percent"]),
            "{read}"
        );
        assert_eq!((count(&read["candidates"]), &read["candidates"][0]["cum"]), (1, &json!(cum)));
    }
    let other = read(&server, json!({"text": "LOSARTAN 50 MG TABLETA", "code": "19914312-20", "price": "1"})).await;
    assert_eq!(other["reasons"], json!(["code_contradicts_text"]), "{other}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_is_named_by_its_place() {
    let server = Server::with_the_sample().await;
    for (item, pointer, code) in [
        (json!({"text": ""}), "/items/0/text", "missing"),
        (json!({"text": "L".repeat(1_001)}), "/items/0/text", "too_long"),
        (json!({"text": "LANTUS", "price": "1,5"}), "/items/0/price", "malformed_amount"),
        (json!({"text": "LANTUS", "line_total": "33.052"}), "/items/0/line_total", "ambiguous_amount"),
        (json!({"text": "LANTUS", "quantity": "dos"}), "/items/0/quantity", "malformed_amount"),
        (json!({"text": "LANTUS", "date": "2020-13"}), "/items/0/date", "malformed_date"),
        (json!({"text": "LANTUS", "transaction": "6"}), "/items/0/transaction", "unknown_transaction"),
        (json!({"text": "LANTUS", "seller": "farmacia"}), "/items/0/seller", "unknown_seller"),
        (json!({"text": "LANTUS", "price": 1}), "/items/0/price", "invalid_value"),
        (json!({"text": "LANTUS", "transaction": "1", "stage": "final"}), "/items/0/transaction", "ambiguous_sale"),
    ] {
        let fault = server.post("/v1/item-texts", &json!({ "items": [item] })).await.fault(400);
        assert_eq!((&fault["pointer"], &fault["code"]), (&json!(pointer), &json!(code)), "{fault}");
    }
    // The words are those of the same value in a query.
    let by_query = server.get("/v1/check?cum=19914312-20&amount=33.052&date=2020-06-15&transaction=1").await.fault(400);
    let in_body = server.post("/v1/item-texts", &json!({"items": [{"text": "LANTUS", "price": "33.052"}]})).await.fault(400);
    assert_eq!((&in_body["code"], &in_body["detail"]), (&json!("ambiguous_amount"), &by_query["detail"]), "{in_body} {by_query}");
    let many: Vec<Value> = (0..301).map(|_| json!({"text": "LANTUS"})).collect();
    assert_eq!(server.post("/v1/item-texts", &json!({ "items": many })).await.fault(400)["code"], "too_many");
    assert_eq!(count(&server.post("/v1/item-texts", &json!({ "items": [] })).await.data(200)), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_shows_what_was_read_with_its_names() {
    let server = Server::with_the_sample().await;
    let path =
        "/linea?texto=LANTUS%20100%20UI%2FML%20zzzz%2019914312-20&precio=40.000&por=unidad&venta=laboratorio&fecha=2020-06-15";
    let spanish = page(&server, path).await.body;
    for said in [
        "k-brand\">LANTUS<small> marca</small>", "k-strength\">100 UI/ML<small> concentración</small>",
        "zzzz<small> sin leer</small>", "CUM 19914312-20", "▲",
    ] {
        assert!(spanish.contains(said), "{said}: {spanish}");
    }
    let english = page(&server, &format!("{path}&lang=en")).await.body;
    assert!(english.contains("<small> brand</small>") && english.contains("by at least 21.0214 %"), "{english}");
    let attack = page(&server, "/linea?texto=%3Cscript%3Ealert(1)%3C%2Fscript%3E&precio=1").await.body;
    assert!(!attack.contains("<script>alert"), "{attack}");
    for wrong in ["/linea?texto=LANTUS&precio=diez", "/linea?texto=LANTUS&precio=1&fecha=1800-01-01"] {
        assert!(page(&server, wrong).await.body.contains("role=\"alert\""), "{wrong}");
    }
}
