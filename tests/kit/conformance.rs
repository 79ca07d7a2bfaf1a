//! Every answer of `/v1` must be what the document says of its operation and status: its media type, and as JSON its schema.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex},
};

use jsonschema::Validator;
use serde_json::{Value, json};

use super::client::Answer;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(&termometro::http::api::document()).unwrap());
/// By method, path, status and media type.
static VALIDATORS: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);

pub fn check(method: &str, path: &str, answer: &Answer) {
    let path = path.split('?').next().unwrap();
    let kind = answer.header("content-type").unwrap_or_default().split(';').next().unwrap().to_owned();
    if !path.starts_with("/v1/") || answer.body.is_empty() {
        return;
    }
    let Some((template, item)) = DOCUMENT["paths"].as_object().unwrap().iter().find(|(template, _)| matches(template, path))
    else {
        assert_eq!(answer.status, 404, "{path} is not documented");
        return;
    };
    let Some(operation) = item.get(method.to_lowercase().as_str()) else {
        assert_eq!(answer.status, 405, "{method} {path} is not documented");
        return;
    };
    let responses = &operation["responses"];
    let exact = answer.status.to_string();
    let class = format!("{}XX", answer.status / 100);
    let response = responses.get(&exact).or_else(|| responses.get(&class));
    let response = response.unwrap_or_else(|| panic!("{method} {path}: {} is not documented", answer.status));
    if answer.status == 200 && !response["headers"]["ETag"].is_null() {
        assert!(answer.header("etag").is_some(), "{method} {path}: the document promises an ETag");
    }
    let schema = &response["content"][&kind]["schema"];
    assert!(schema.is_object(), "{method} {path} {}: {kind} is not documented", answer.status);
    if !(kind == "application/json" || kind.ends_with("+json")) || answer.header("content-encoding").is_some() {
        return;
    }
    let key = format!("{method} {template} {} {kind}", answer.status);
    let validator = VALIDATORS.lock().unwrap().entry(key).or_insert_with(|| compile(schema).into()).clone();
    let body = answer.json();
    let faults: Vec<String> =
        validator.iter_errors(&body).take(5).map(|error| format!("{} at {}", error, error.instance_path())).collect();
    assert!(faults.is_empty(), "{method} {path} {}: {faults:?}\n{:.2000}", answer.status, answer.body);
}

fn compile(schema: &Value) -> Validator {
    let mut root = json!({"components": DOCUMENT["components"]});
    root.as_object_mut().unwrap().extend(schema.as_object().unwrap().clone());
    close_all(&mut root);
    jsonschema::draft202012::new(&root).unwrap()
}

/// No member that the document does not name: what is answered is documented. Parts of an `allOf` know only their own members,
/// so the whole is closed in their stead.
fn close_all(root: &mut Value) {
    let mut parts = Vec::new();
    parts_by_name(root, false, &mut parts);
    let schemas = root["components"]["schemas"].take();
    close(root, false, &parts);
    root["components"]["schemas"] = schemas;
    for (name, schema) in root["components"]["schemas"].as_object_mut().into_iter().flatten() {
        close(schema, parts.contains(name), &parts);
    }
}

fn parts_by_name(schema: &Value, part: bool, found: &mut Vec<String>) {
    match schema {
        Value::Object(fields) => {
            let name = fields.get("$ref").and_then(Value::as_str).and_then(|name| name.rsplit('/').next());
            found.extend(name.filter(|_| part).map(str::to_owned));
            fields.iter().for_each(|(name, value)| parts_by_name(value, name == "allOf", found));
        }
        Value::Array(items) => items.iter().for_each(|item| parts_by_name(item, part, found)),
        _ => {}
    }
}

fn close(schema: &mut Value, part: bool, parts: &[String]) {
    match schema {
        Value::Object(fields) => {
            let closable = !part && (fields.contains_key("allOf") || fields.get("properties").is_some_and(Value::is_object));
            for (name, value) in fields.iter_mut().filter(|(name, _)| *name != "example") {
                close(value, name == "allOf", parts);
            }
            // A part that stands alone is whole: `$ref` has room for more beside it.
            let alone = fields.get("$ref").and_then(Value::as_str).and_then(|name| name.rsplit('/').next());
            let closable = closable || (!part && alone.is_some_and(|name| parts.iter().any(|other| other == name)));
            if closable && !fields.contains_key("additionalProperties") {
                fields.insert("unevaluatedProperties".to_owned(), json!(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| close(item, part, parts)),
        _ => {}
    }
}

#[test]
fn an_undocumented_member_is_noticed() {
    let parts = json!([{"$ref": "#/components/schemas/A"}, {"type": "object", "properties": {"b": {}}}]);
    let mut schema = json!({"allOf": parts, "components": {"schemas": {"A": {"type": "object", "properties": {"a": {}}}}}});
    close_all(&mut schema);
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    assert!(validator.is_valid(&json!({"a": 1, "b": 2})) && !validator.is_valid(&json!({"a": 1, "b": 2, "c": 3})));
}

fn matches(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len() && template.iter().zip(&path).all(|(t, p)| t.starts_with('{') || t == p)
}
