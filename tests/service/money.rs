//! Amounts as people and programs write them: one grammar, and every other spelling refused by name, in queries and in bodies.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::server::Server;

/// What a lenient reader would take for some price or other.
const REFUSED: &[&str] = &[
    "", "1e400", "1e28", "1E2", "NaN", "nan", "Infinity", "-Infinity", "inf", "-0", "-1", "0", "0.0000", "1_000", "+1", "1.",
    ".5", ".", "00012.5", "01", "0x10", " 1", "1 ", "1,5", "1.234,56", "1 000", "1'000", "$1", "1 COP", "١٢", "１２",
    "1\u{a0}000", "\u{a0}1", "1\u{200b}", "\u{feff}1", "1.23456", "100000000000000", "12345678901234567890123456789", "1.2.3",
    "1e", "1/2", "½", "²", "1\u{0}", "\u{0}", "1\n", "true", "null", "123456789012345", "١",
];
const TAKEN: &[&str] = &["0.0001", "0.01", "1", "33052", "33052.0", "33052.0000", "99999999999999", "99999999999999.9999"];

fn check(amount: impl Into<Value>) -> Value {
    let price = json!({"amount": amount.into(), "currency": "COP", "per": "pack"});
    json!({"checks": [{"cum": "19914312-20", "price": price, "date": "2020-06", "transaction": "1"}]})
}

#[tokio::test(flavor = "multi_thread")]
async fn every_other_spelling_is_refused_by_name() {
    let server = Server::with_the_sample().await;
    for amount in REFUSED {
        let encoded = utf8_percent_encode(amount, NON_ALPHANUMERIC);
        let answer = server.get(&format!("/v1/check?cum=19914312-20&amount={encoded}&date=2020-06&transaction=1")).await;
        assert_eq!(answer.status, 400, "{amount:?}: {}", answer.body);
        assert_eq!(answer.json()["errors"][0]["parameter"], "amount", "{amount:?}: {}", answer.body);
        let answer = server.post("/v1/checks", &check(*amount)).await;
        assert_eq!(answer.status, 400, "{amount:?}: {}", answer.body);
        assert_eq!(answer.json()["errors"][0]["pointer"], "/checks/0/price/amount", "{amount:?}: {}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn anything_but_a_string_is_no_money() {
    let server = Server::with_the_sample().await;
    for amount in [json!(33052), json!(0.1), json!(-1), json!(null), json!(true), json!(["1"]), json!({"amount": "1"})] {
        let answer = server.post("/v1/checks", &check(amount.clone())).await;
        assert_eq!(answer.status, 400, "{amount}: {}", answer.body);
        let pointer = answer.json()["errors"][0]["pointer"].as_str().unwrap().to_owned();
        assert!(pointer.starts_with("/checks/0/price/amount"), "{amount}: {}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_grammar_is_taken_exactly_and_compared_exactly() {
    let server = Server::with_the_sample().await;
    for amount in TAKEN {
        let answer = server.get(&format!("/v1/check?cum=19914312-20&amount={amount}&date=2020-06&transaction=1")).await;
        assert_eq!(answer.status, 200, "{amount}: {}", answer.body);
        let body = answer.json();
        let exact: rust_decimal::Decimal = amount.parse().unwrap();
        let observed: rust_decimal::Decimal = body["data"]["observed"]["amount"].as_str().unwrap().parse().unwrap();
        assert_eq!(observed, exact);
        let expected = if exact > 33_052.into() { "above" } else { "within" };
        assert_eq!(body["data"]["verdict"], expected, "{amount}");
    }
    let per_unit = "/v1/check?cum=20013754-1&amount=99999999999999.9999&per=regulated_unit&date=2020-10&transaction=1";
    let answer = server.get(per_unit).await;
    assert_eq!(answer.status, 200, "the largest amount of the smallest unit: {}", answer.body);
}
