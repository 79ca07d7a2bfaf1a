//! Every JSON answer of `/v1` must be what the document says of its operation and status.

use std::{collections::HashMap, sync::OnceLock};

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::server::Answer;

fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| serde_json::from_str(&termometro::http::api::document()).unwrap())
}

fn validators() -> &'static std::sync::Mutex<HashMap<String, std::sync::Arc<Validator>>> {
    static VALIDATORS: OnceLock<std::sync::Mutex<HashMap<String, std::sync::Arc<Validator>>>> = OnceLock::new();
    VALIDATORS.get_or_init(Default::default)
}

pub fn check(method: &str, path: &str, answer: &Answer) {
    let path = path.split('?').next().unwrap();
    let kind = answer.header("content-type").unwrap_or_default().split(';').next().unwrap().to_owned();
    if !path.starts_with("/v1/") || !kind.ends_with("json") || answer.body.is_empty() {
        return;
    }
    let Some((template, item)) = document()["paths"].as_object().unwrap().iter().find(|(template, _)| matches(template, path))
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
    let schema = &response["content"][&kind]["schema"];
    assert!(schema.is_object(), "{method} {path} {}: {kind} is not documented", answer.status);
    let key = format!("{method} {template} {} {kind}", answer.status);
    let validator = validators().lock().unwrap().entry(key).or_insert_with(|| compile(schema).into()).clone();
    let body = answer.json();
    let faults: Vec<String> =
        validator.iter_errors(&body).take(5).map(|error| format!("{} at {}", error, error.instance_path())).collect();
    assert!(faults.is_empty(), "{method} {path} {}: {faults:?}\n{}", answer.status, answer.body);
}

fn compile(schema: &Value) -> Validator {
    let mut root = json!({"components": document()["components"]});
    root.as_object_mut().unwrap().extend(schema.as_object().unwrap().clone());
    jsonschema::draft202012::new(&root).unwrap()
}

fn matches(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len() && template.iter().zip(&path).all(|(t, p)| t.starts_with('{') || t == p)
}
