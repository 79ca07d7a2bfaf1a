//! Whatever is sent, the answer is one the document knows and never a fault of ours.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::{
    collection::{btree_map, vec},
    prelude::*,
    sample::select,
    strategy::ValueTree,
    test_runner::TestRunner,
};
use serde_json::{Value, json};
use termometro::http::api;

use crate::{client::Answer, server::Server, stage::arrive};

const BODIES: usize = 700;

/// Words between single spaces; two make an empty one.
fn one_of(words: &'static str) -> impl Strategy<Value = &'static str> + Clone {
    select(words.split(' ').collect::<Vec<_>>())
}

fn any_text() -> impl Strategy<Value = String> {
    one_of("19914312-20 2020-06 9999-12-31 1 -1 pack COP ips institutional final 171764.00 1e9  \u{0} ñ\u{301}\u{202e}")
        .prop_map(str::to_owned)
        .boxed()
        .prop_union(".{0,40}".boxed())
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any_text().prop_map(Value::from),
    ];
    let name = one_of("checks cum price amount per currency date transaction channel stage seller a/~b");
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            btree_map(name.clone().prop_map(str::to_owned), inner, 0..6).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

/// A sound check with some of its fields exchanged or missing.
fn nearly_sound() -> impl Strategy<Value = Value> {
    let place = one_of("/cum /price /price/amount /price/per /price/currency /date /transaction /channel /stage /seller");
    vec((place, prop_oneof![any_text().prop_map(Value::from), any_json()]), 0..3).prop_map(|changes| {
        let price = json!({"amount": "33052", "currency": "COP", "per": "pack"});
        let mut check = json!({"cum": "19914312-20", "price": price, "date": "2020-06", "transaction": "1", "seller": "ips"});
        for (pointer, value) in changes {
            if let Some(place) = check.pointer_mut(pointer) {
                *place = value;
            } else {
                check[pointer.trim_start_matches('/').split('/').next().unwrap()] = value;
            }
        }
        json!({"checks": [check]})
    })
}

/// The bytes of a sound body with some exchanged, or cut.
fn broken_bytes() -> impl Strategy<Value = Vec<u8>> {
    let sound = br#"{"checks":[{"cum":"19914312-20","price":{"amount":"1","currency":"COP","per":"pack"},"date":"2020-06","transaction":"1"}]}"#;
    (vec((0..sound.len(), any::<u8>()), 0..4), 0..=sound.len()).prop_map(|(changes, end)| {
        let mut bytes = sound.to_vec();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        bytes.truncate(end);
        bytes
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn no_body_is_our_fault() {
    let server = Server::with_the_sample().await;
    let mut runner = TestRunner::deterministic();
    let body = prop_oneof![
        any_json().prop_map(|body| body.to_string().into_bytes()),
        nearly_sound().prop_map(|body| body.to_string().into_bytes()),
        broken_bytes(),
    ];
    let mut seen = std::collections::BTreeMap::<u16, usize>::new();
    for _ in 0..BODIES {
        let bytes = body.new_tree(&mut runner).unwrap().current();
        let answer = server.send("POST", "/v1/checks", "content-type: application/json\r\n", Some(&bytes)).await;
        let shown = String::from_utf8_lossy(&bytes);
        assert!([200, 400].contains(&answer.status), "{shown}: {} {}", answer.status, answer.body);
        if answer.status == 400 {
            assert!(answer.json()["errors"].as_array().is_some_and(|errors| !errors.is_empty()), "{shown}: {}", answer.body);
        }
        *seen.entry(answer.status).or_default() += 1;
    }
    assert!(seen.len() == 2, "both kinds of answer must occur: {seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_depth_no_length_and_no_name_is_our_fault() {
    let server = Server::with_the_sample().await;
    let kind = "content-type: application/json\r\n";
    let names: String = (0..100_000).map(|number| format!("\"n{number}\":0,")).collect();
    for body in [
        "[".repeat(200_000),
        "{\"checks\":".repeat(50_000),
        format!("{{{names}\"checks\":[]}}"),
        format!("{{\"checks\":[{}{{}}]}}", "{},".repeat(9_999)),
        format!("{{\"checks\":[{}0]}}", "0,".repeat(500_000)),
        "\u{feff}{\"checks\":[]}".to_owned(),
        "{\"checks\":[]} {\"checks\":[]}".to_owned(),
        r#"{"checks":[{"cum":"\ud800"}]}"#.to_owned(),
        r#"{"checks":[],"checks":[]}"#.to_owned(),
        format!("{{\"checks\":[{{\"cum\":\"{}\"}}]}}", "9".repeat(1_000_000)),
        format!("1{}", "0".repeat(100_000)),
    ] {
        let answer = server.send("POST", "/v1/checks", kind, Some(body.as_bytes())).await;
        assert_eq!(answer.status, 400, "{}…: {}", body.chars().take(60).collect::<String>(), answer.body);
    }
}

/// For every parameter, in turn, what it is not meant to be.
const CROOKED: &[&str] = &[
    "0", "-1", "1e9", "99999999999999999999", "2147483648-1", "999999999-9999", "19914312-020", "1990-01", "2100-12",
    "2100-12-31", "1990-01-01", "9999-12-31", "0001-01-01", "2020-02-30", "2020", "-009998-01-01T00:00:00Z",
    "9999-12-30T00:00:00Z", "1970-01-01T00:00:00Z", "2020-01-01T00:00:00-25:59", "2020-01-01T00:00:60Z", "%", "\\", "_%\\",
    "'; DROP TABLE act; --", "ñ", "İ", "ß\u{301}", "\u{202e}", "\u{10ffff}", "..", "/", "a b c d e f g h i j", "true", "A10",
    "institutional", "VN", "above", "es",
];

#[tokio::test(flavor = "multi_thread")]
async fn no_parameter_is_our_fault() {
    let server = Server::with_the_sample().await;
    let asked = crooked_questions(|operation| operation["security"] == json!([]), async |target| server.get(&target).await).await;
    assert!(asked > 2_000, "{asked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_parameter_is_our_fault_behind_a_key_either() {
    let (_, people, server) = arrive("fuzz_guarded").await;
    let guarded = |operation: &Value| operation["security"] != json!([]);
    let asked = crooked_questions(guarded, async |target| {
        let answer = server.get_as(&people.auditor, &target).await;
        if answer.status == 403 { server.get_as(&people.drafter, &target).await } else { answer }
    })
    .await;
    assert!(asked > 500, "{asked}");
}

async fn crooked_questions(which: impl Fn(&Value) -> bool, ask: impl AsyncFn(String) -> Answer) -> usize {
    let document: Value = serde_json::from_str(&api::document()).unwrap();
    let long = ["x".repeat(4_000), "lantus ".repeat(500), "9".repeat(4_000), "%".repeat(90)];
    let values: Vec<&str> = CROOKED.iter().copied().chain(long.iter().map(String::as_str)).collect();
    let mut asked = 0;
    for (template, item) in document["paths"].as_object().unwrap() {
        let Some(operation) = item.get("get").filter(|operation| which(operation)) else { continue };
        let parameters = operation["parameters"].as_array().unwrap();
        for crooked in parameters {
            for value in &values {
                let target = target(template, parameters, Some((crooked["name"].as_str().unwrap(), value)));
                let answer = ask(target.clone()).await;
                assert!([200, 400, 404, 406].contains(&answer.status), "{target}: {} {}", answer.status, answer.body);
                asked += 1;
            }
        }
        for (bad, code) in [("%00", "control_character"), ("%ff", "invalid_encoding"), ("%c0%af", "invalid_encoding")] {
            if let Some(start) = template.find('{') {
                let rest = "/x".repeat(template[start..].matches('/').count());
                let answer = ask(format!("{}{bad}{rest}", &template[..start])).await;
                assert!([400, 404].contains(&answer.status), "{template} {bad}: {}", answer.body);
            }
            let answer = ask(format!("{}?lang={bad}", template.replace(['{', '}'], ""))).await;
            assert!(answer.status == 404 || answer.body.contains(code), "{template} {bad}: {}", answer.body);
        }
    }
    asked
}

/// An operation's address by its own examples, where one parameter may be exchanged.
pub fn target(template: &str, parameters: &[Value], exchanged: Option<(&str, &str)>) -> String {
    let mut path = template.to_owned();
    let mut query = Vec::new();
    for parameter in parameters {
        let name = parameter["name"].as_str().unwrap();
        let example = parameter["example"].as_str().unwrap_or("circular-10-2020");
        let value = exchanged.filter(|(crooked, _)| *crooked == name).map(|(_, value)| value);
        let needed = parameter["required"] == true || (template == "/v1/check" && name == "transaction");
        let encoded = utf8_percent_encode(value.unwrap_or(example), NON_ALPHANUMERIC).to_string();
        if parameter["in"] == "path" {
            path = path.replace(&format!("{{{name}}}"), &encoded);
        } else if value.is_some() || (needed && parameter["in"] == "query") {
            query.push(format!("{name}={encoded}"));
        }
    }
    if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
}
