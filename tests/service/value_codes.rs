//! A value at fault has one code, whatever carries it: a path, a query or a body. The document says which kind of value stands where.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use termometro::http::api;

use crate::{client::Answer, people::pesos, server::Server, stage::arrive};

/// No kind of value is written so.
const AT_FAULT: &str = "!";

/// The kinds of value that have a code of their own, by their names in the document; any other has the last one.
const CODES: [(&str, &str); 13] = [
    ("Channel", "unknown_channel"),
    ("Cum", "malformed_cum"),
    ("Currency", "unknown_currency"),
    ("Day", "malformed_date"),
    ("DayOrMonth", "malformed_date"),
    ("Instant", "malformed_instant"),
    ("Ium", "malformed_ium"),
    ("PriceAmount", "malformed_amount"),
    ("PriceUnit", "unknown_unit"),
    ("SellerKind", "unknown_seller"),
    ("Since", "malformed_since"),
    ("Stage", "unknown_stage"),
    ("Transaction", "unknown_transaction"),
];
const WITHOUT_ITS_OWN: &str = "invalid_value";

fn code_of(kind: &str) -> &'static str {
    CODES.iter().find(|(known, _)| *known == kind).map_or(WITHOUT_ITS_OWN, |(_, code)| *code)
}

/// What the question of a price needs that the document cannot call required, because something else may stand for it.
fn beside(path: &str, at_fault: &str) -> Vec<String> {
    if path != "/v1/check" {
        return Vec::new();
    }
    let sale = match at_fault {
        "transaction" => None,
        "channel" => Some("stage=final"),
        "stage" => Some("channel=institutional"),
        _ => Some("transaction=1"),
    };
    let cum = (!["cum", "ium"].contains(&at_fault)).then_some("cum=19914312-20");
    let date = (at_fault != "date").then_some("date=2020-06-15");
    [cum, date, sale].into_iter().flatten().map(str::to_owned).collect()
}

/// The kind of value of a parameter.
fn kind(parameter: &Value) -> Option<&str> {
    parameter["schema"]["$ref"].as_str()?.rsplit('/').next()
}

fn name(parameter: &Value) -> &str {
    parameter["name"].as_str().unwrap()
}

/// The address with examples, and this parameter at fault.
fn address(path: &str, parameters: &[Value], at_fault: &str) -> String {
    let (mut path, mut query) = (path.to_owned(), beside(path, at_fault));
    for parameter in parameters {
        let (name, is_at_fault) = (name(parameter), name(parameter) == at_fault);
        let example = parameter["example"].as_str().map_or_else(|| parameter["example"].to_string(), str::to_owned);
        let value = if is_at_fault { AT_FAULT } else { &example };
        match parameter["in"].as_str() {
            Some("path") => path = path.replace(&format!("{{{name}}}"), value),
            Some("query") if is_at_fault || parameter["required"] == true => {
                query.push(format!("{name}={}", value.replace(' ', "%20")))
            }
            _ => {}
        }
    }
    if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
}

/// By the first of the keys that may, if any must.
async fn answered(server: &Server, keys: &[&str], path: &str) -> Answer {
    let mut answer = server.get(path).await;
    for key in keys {
        if ![401, 403].contains(&answer.status) {
            break;
        }
        answer = server.get_as(key, path).await;
    }
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parameter_at_fault_has_the_code_of_its_kind_in_a_path_and_in_a_query() {
    let (_database, people, server) = arrive("value_codes").await;
    let keys = [people.drafter.as_str(), &people.auditor, &people.reporter];
    let document: Value = serde_json::from_str(&api::document()).unwrap();
    let mut met: BTreeMap<&str, usize> = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let parameters = item["get"]["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
        for parameter in parameters.iter().filter(|one| one["in"] != "header") {
            let Some(kind) = kind(parameter) else { continue };
            let address = address(path, parameters, name(parameter));
            let answer = answered(&server, &keys, &address).await;
            let problem = answer.problem(400, "bad_parameter");
            let found = problem["errors"].as_array().unwrap().iter().find(|fault| fault["parameter"] == name(parameter));
            let found = found.unwrap_or_else(|| panic!("{address}: {problem}"));
            assert_eq!(found["code"], code_of(kind), "{address}: {problem}");
            *met.entry(kind).or_default() += 1;
        }
    }
    let not_met: Vec<&str> = CODES.iter().map(|(kind, _)| *kind).filter(|kind| !met.contains_key(kind)).collect();
    assert!(not_met.is_empty() && met.len() > 2 * CODES.len(), "no parameter is a {not_met:?}: {met:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_of_a_body_at_fault_has_the_same_code() {
    let (_database, people, server) = arrive("value_codes_in_bodies").await;
    let check = json!({"cum": AT_FAULT, "price": pesos(AT_FAULT), "date": AT_FAULT, "transaction": AT_FAULT, "seller": AT_FAULT});
    let item = |member: &str| {
        let mut item = json!({"text": "LANTUS"});
        item[member] = json!(AT_FAULT);
        json!({"items": [item]})
    };
    let ceiling = json!({"cum": AT_FAULT, "column": "institutional", "amount": pesos(AT_FAULT), "ips_margin": AT_FAULT,
        "regulated_units": AT_FAULT, "regulated_unit": "UI"});
    let draft = json!({"title": "Circular 50 de 2026", "issued_on": AT_FAULT, "valid_from": AT_FAULT, "subject_es": "a", "subject_en": "a",
        "source": "a", "reason": "a", "supersedes": [AT_FAULT], "ceilings": [ceiling], "markets": []});
    let watch = json!({"url": "https://example.org/", "kinds": [AT_FAULT], "cums": [AT_FAULT]});
    let mut bodies = vec![
        (
            "/v1/checks",
            json!({"checks": [check]}),
            vec![
                ("/checks/0/cum", "Cum"),
                ("/checks/0/price/amount", "PriceAmount"),
                ("/checks/0/date", "DayOrMonth"),
                ("/checks/0/transaction", "Transaction"),
                ("/checks/0/seller", "SellerKind"),
            ],
        ),
        (
            "/v1/act-drafts",
            draft,
            vec![
                ("/issued_on", "Day"),
                ("/valid_from", "Day"),
                ("/supersedes/0", "ActId"),
                ("/ceilings/0/cum", "Cum"),
                ("/ceilings/0/amount/amount", "PriceAmount"),
                ("/ceilings/0/ips_margin", "PriceAmount"),
                ("/ceilings/0/regulated_units", "PriceAmount"),
            ],
        ),
        ("/v1/watches", watch, vec![("/kinds/0", "ChangedThing"), ("/cums/0", "Cum")]),
    ];
    for (member, kind) in [
        ("price", "PriceAmount"),
        ("date", "DayOrMonth"),
        ("transaction", "Transaction"),
        ("channel", "Channel"),
        ("stage", "Stage"),
        ("seller", "SellerKind"),
    ] {
        let pointer: &str = Box::leak(format!("/items/0/{member}").into_boxed_str());
        bodies.push(("/v1/item-texts", item(member), vec![(pointer, kind)]));
    }
    for (at, (path, body, places)) in bodies.into_iter().enumerate() {
        let answer = server.post_as(&people.drafter, &format!("codes-{at}"), path, &body).await;
        let problem = answer.problem(400, "bad_body");
        for (pointer, kind) in places {
            let found = problem["errors"].as_array().unwrap().iter().find(|fault| fault["pointer"] == pointer);
            let found = found.unwrap_or_else(|| panic!("{path} {pointer}: {problem}"));
            assert_eq!(found["code"], code_of(kind), "{path} {pointer}: {problem}");
        }
    }
}
