//! Is this price legal? The answers a newcomer gets from the bundled sample.

use serde_json::{Value, json};

use crate::{
    expected::{Expected, count},
    server::Server,
};

async fn verdict(server: &Server, query: &str) -> Value {
    server.data(&format!("/v1/check?{query}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn lantus_above_within_stale_and_at_the_counter() {
    let server = Server::with_the_sample().await;
    let above = verdict(&server, "cum=19914312-20&amount=171764&per=pack&date=2020-06-15&transaction=1&lang=en").await;
    assert_has!(above, {"verdict": "above", "excess_percent": "419.6781"});
    assert_eq!(above["excess"], json!({"amount": "138712.00", "currency": "COP", "per": "pack"}));
    assert_has!(above["ceiling"], {"amount": "33052.00", "act": "circular-10-2020"});
    let why = "price is 1.04 times the ceiling of the 5-unit presentation of the same medicine";
    assert_has!(above["other_readings"][0], {"per": "pack of 5", "excess_percent": "3.9356", "why": why});

    let padded = verdict(&server, "cum=19914312-020&amount=171764&date=2020-06-15&transaction=1").await;
    assert_eq!(padded["cum"], "19914312-20");
    let margin = verdict(&server, "cum=19914312-20&amount=35365.64&date=2020-06&transaction=5").await;
    assert_eq!((&margin["verdict"], &margin["ceiling"]["ips_margin_applied"]), (&json!("within"), &json!(true)));
    let other = verdict(&server, "cum=19914312-20&amount=35365.64&date=2020-06&transaction=5&seller=other").await;
    assert_eq!(other["verdict"], "above");

    let stale = verdict(&server, "cum=19993896-2&amount=171764&date=2024-06-15&transaction=1").await;
    assert_eq!((&stale["verdict"], &stale["reasons"]), (&json!("cannot_compare"), &json!(["ceiling_list_out_of_date"])));
    assert!(stale["reference_comparison"]["percent_of_ceiling"].is_string());
    let counter = verdict(&server, "cum=19914312-20&amount=999999&date=2020-06&channel=commercial&stage=final").await;
    assert_eq!(counter["verdict"], "no_ceiling_for_this_stage");
    let kaletra = verdict(&server, "cum=19967068-1&amount=108048.01&date=2020-06&channel=commercial&stage=final").await;
    assert_eq!(kaletra["verdict"], "above");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_told_is_never_called_legal() {
    let server = Server::with_the_sample().await;
    for (query, verdict_code, reason) in [
        ("cum=99999998-1&amount=1&date=2020-06&transaction=1", "cannot_compare", Some("unknown_medicine")),
        ("cum=90000101-1&amount=1&date=2020-06&transaction=1", "not_regulated", None),
        ("cum=19914312-20&amount=1&date=2019-06&transaction=1", "cannot_compare", Some("period_before_first_list")),
        ("cum=19914312-20&amount=1&date=2020-03&transaction=1", "cannot_compare", Some("period_before_first_list")),
        ("cum=19914312-21&amount=1&per=primary_pack&date=2020-06&transaction=1", "cannot_compare", Some("unit_not_convertible")),
    ] {
        let found = verdict(&server, query).await;
        assert_eq!(found["verdict"], verdict_code, "{query}");
        assert_eq!(found["reasons"].as_array().unwrap().first().and_then(Value::as_str), reason, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_questions_name_their_faults() {
    let server = Server::with_the_sample().await;
    for (query, parameter) in [
        ("cum=x&amount=1&date=2020-06&transaction=1", "cum"),
        ("cum=1-1&amount=1&date=2023-02-29&transaction=1", "date"),
        ("cum=1-1&amount=1&date=2020-06&transaction=6", "transaction"),
        ("cum=1-1&amount=1&date=2020-06", "transaction"),
        ("cum=1-1&amount=1&date=2020-06&transaction=1&stage=final", "transaction"),
        ("cum=1-1&amount=1&date=2020-06&transaction=1&transaction=2", "transaction"),
        ("cum=1-1&amount=1&date=2020-06&transaction=1&per=box", "per"),
        ("cum=1-1&amunt=1&date=2020-06&transaction=1", "amunt"),
        ("amount=1&date=2020-06&transaction=1", "cum"),
    ] {
        let answer = server.get(&format!("/v1/check?{query}")).await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.body);
        assert!(answer.body.contains(&format!("\"parameter\":\"{parameter}\"")), "{query}: {}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_checks_come_back_in_order_and_one_bad_one_refuses_all() {
    let server = Server::with_the_sample().await;
    let check = |pesos: usize| json!({"cum": "19914312-20", "price": {"amount": pesos.to_string(), "currency": "COP", "per": "pack"}, "date": "2020-06", "transaction": "1"});
    let checks: Vec<Value> = (1..=10_000).map(|i| check(28_052 + i)).collect();
    let verdicts = server.post("/v1/checks", &json!({"checks": checks})).await.data(200);
    assert_eq!(count(&verdicts), 10_000);
    for (index, verdict) in verdicts.as_array().unwrap().iter().enumerate() {
        assert_eq!(verdict["verdict"], if index < 5_000 { "within" } else { "above" }, "{index}");
    }
    let mut bad: Vec<Value> = (1..=20).map(check).collect();
    bad[17]["price"]["amount"] = json!("1e3");
    bad[3]["date"] = json!("soon");
    let answer = server.post("/v1/checks", &json!({"checks": bad})).await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("/checks/17/price/amount") && answer.body.contains("/checks/3/date"), "{}", answer.body);
    let too_many: Vec<Value> = (0..10_001).map(check).collect();
    assert_eq!(server.post("/v1/checks", &json!({"checks": too_many})).await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_known_at_an_instant_that_has_not_been() {
    let now = "2026-11-23T12:00:00Z".parse().unwrap();
    let server = Server::with(crate::support::sample().await, termometro::http::Limits::default(), now).await;
    let ask = async |known_at: &str| {
        server.get(&format!("/v1/check?cum=19914312-20&amount=1&date=2020-06&transaction=1&known_at={known_at}")).await
    };
    for refused in ["2026-11-23T12:00:01Z", "2026-11-23", "2026-11-23T24:00:00Z", "now", "-000001-01-01T00:00:00Z", "1e9"] {
        let answer = ask(refused).await;
        assert_eq!(answer.status, 400, "{refused}: {}", answer.body);
        assert!(answer.body.contains("\"parameter\":\"known_at\""), "{}", answer.body);
    }
    assert_eq!(ask("2026-11-23T12:00:00Z").await.status, 200);
    let before_all = ask("2001-01-01T00:00:00Z").await.data(200);
    assert_has!(before_all, {"verdict": "cannot_compare", "reasons": ["unknown_medicine"]});
}
