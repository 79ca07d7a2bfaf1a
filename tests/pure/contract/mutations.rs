//! That the comparison can fail: each kind of breaking change is seen, and no kind of addition is taken for one.

use serde_json::{Value, json};

use super::{
    compare::{broken, fields},
    today,
};
use crate::kit::alone::size;

/// Without what only people read: quicker to copy.
fn bare() -> Value {
    fn strip(value: &mut Value, names: bool) {
        if let Value::Object(members) = value {
            if !names {
                members.retain(|name, _| !["description", "example", "summary"].contains(&name.as_str()));
            }
            members.iter_mut().for_each(|(name, value)| strip(value, name == "properties"));
        } else if let Value::Array(items) = value {
            items.iter_mut().for_each(|item| strip(item, false));
        }
    }
    let mut document = today();
    strip(&mut document, false);
    document
}

type Change = (&'static str, fn(&mut Value));

fn operation<'a>(document: &'a mut Value, method: &str, path: &str) -> &'a mut Value {
    let operation = &mut document["paths"][path][method];
    assert!(operation.is_object(), "{method} {path}");
    operation
}

fn schema<'a>(document: &'a mut Value, name: &str) -> &'a mut Value {
    let schema = &mut document["components"]["schemas"][name];
    assert!(schema.is_object(), "{name}");
    schema
}

fn parameter<'a>(document: &'a mut Value, path: &str, name: &str) -> &'a mut Value {
    let all = operation(document, "get", path)["parameters"].as_array_mut().unwrap();
    all.iter_mut().find(|parameter| parameter["name"] == name).unwrap()
}

fn without(value: &mut Value, name: &str) {
    assert!(value.as_object_mut().unwrap().remove(name).is_some(), "{name}");
}

fn no_longer_required(value: &mut Value, name: &str) {
    let names = value["required"].as_array_mut().unwrap();
    let before = names.len();
    names.retain(|other| other != name);
    assert_eq!(names.len() + 1, before, "{name}");
}

fn push(value: &mut Value, item: Value) {
    value.as_array_mut().unwrap().push(item);
}

fn meta_or(document: &mut Value, other: Value) {
    let meta = &mut schema(document, "Many_ActBody")["properties"]["meta"];
    *meta = json!({"oneOf": [meta.take(), other]});
}

const ACTS: &str = "/v1/acts";
const CHECK: &str = "/v1/check";

const BREAKING: &[Change] = &[
    ("a path is gone", |d| without(&mut d["paths"], ACTS)),
    ("a method is gone", |d| without(&mut d["paths"]["/v1/act-drafts"], "post")),
    ("an operation is renamed", |d| operation(d, "get", ACTS)["operationId"] = json!("acts")),
    ("the server is elsewhere", |d| d["servers"][0]["url"] = json!("/other")),
    ("a status is gone", |d| without(&mut operation(d, "get", ACTS)["responses"], "304")),
    ("a success of another status", |d| operation(d, "get", ACTS)["responses"]["206"] = json!({"description": ""})),
    ("a representation is gone", |d| without(&mut operation(d, "get", ACTS)["responses"]["200"]["content"], "text/csv")),
    ("a parameter is gone", |d| {
        operation(d, "get", ACTS)["parameters"].as_array_mut().unwrap().retain(|one| one["name"] != "limit")
    }),
    ("a required parameter is new", |d| {
        push(&mut operation(d, "get", ACTS)["parameters"], json!({"name": "x", "in": "query", "required": true, "schema": {}}));
    }),
    ("a parameter becomes required", |d| parameter(d, ACTS, "limit")["required"] = json!(true)),
    ("a parameter moves", |d| parameter(d, ACTS, "lang")["in"] = json!("header")),
    ("a greatest is lowered", |d| parameter(d, ACTS, "limit")["schema"]["maximum"] = json!(500)),
    ("a least is raised", |d| parameter(d, ACTS, "limit")["schema"]["minimum"] = json!(1)),
    ("a length is limited", |d| parameter(d, "/v1/medicines", "q")["schema"]["maxLength"] = json!(10)),
    ("a length is limited further", |d| parameter(d, ACTS, "cursor")["schema"]["maxLength"] = json!(1024)),
    ("a default is another", |d| parameter(d, ACTS, "limit")["schema"]["default"] = json!(10)),
    ("a pattern is new", |d| parameter(d, CHECK, "amount")["schema"]["pattern"] = json!("^[0-9]$")),
    ("a shared pattern is another", |d| schema(d, "Cum")["pattern"] = json!("^[0-9]$")),
    ("a header is gone", |d| without(&mut operation(d, "get", ACTS)["responses"]["200"]["headers"], "ETag")),
    ("a pattern is another", |d| parameter(d, "/v1/compliance", "period")["schema"]["pattern"] = json!("^[0-9]{4}$")),
    ("a format is new", |d| parameter(d, CHECK, "cum")["schema"]["format"] = json!("uuid")),
    ("the type of a parameter", |d| parameter(d, CHECK, "amount")["schema"]["type"] = json!("integer")),
    ("a value is no longer accepted", |d| parameter(d, ACTS, "lang")["schema"]["enum"] = json!(["es"])),
    ("a closed choice where there was none", |d| parameter(d, CHECK, "cum")["schema"]["enum"] = json!(["1-1"])),
    ("a kind of body is gone", |d| without(&mut operation(d, "post", "/v1/submissions")["requestBody"]["content"], "text/csv")),
    ("a body is required", |d| {
        operation(d, "post", "/v1/watches/{id}/test")["requestBody"] = json!({"required": true, "content": {}});
    }),
    ("a field of a body is gone", |d| without(&mut schema(d, "Check")["properties"], "seller")),
    ("a required field of a body is new", |d| {
        schema(d, "Check")["properties"]["x"] = json!({"type": "string"});
        push(&mut schema(d, "Check")["required"], json!("x"));
    }),
    ("a field of a body becomes required", |d| push(&mut schema(d, "Check")["required"], json!("seller"))),
    ("null is no longer accepted", |d| schema(d, "Check")["properties"]["seller"]["type"] = json!("string")),
    ("fewer items", |d| schema(d, "Checks")["properties"]["checks"]["maxItems"] = json!(10)),
    ("a field of an answer is gone", |d| without(&mut schema(d, "ActBody")["properties"], "id")),
    ("a field of an answer changes its type", |d| schema(d, "Meta")["properties"]["data_version"] = json!({"type": "integer"})),
    ("a field of an answer may be null", |d| schema(d, "Meta")["properties"]["data_version"]["type"] = json!(["string", "null"])),
    ("a field of an answer may be missing", |d| no_longer_required(schema(d, "Meta"), "data_version")),
    ("a field of an answer loses its format", |d| without(&mut schema(d, "Meta")["properties"]["freshness"], "format")),
    ("the pattern of an answer is gone", |d| without(&mut schema(d, "WatchBody")["properties"]["state"], "pattern")),
    ("a list becomes one thing", |d| {
        let items = schema(d, "Many_ActBody")["properties"]["data"]["items"].clone();
        schema(d, "Many_ActBody")["properties"]["data"] = items;
    }),
    ("items of a list change their type", |d| schema(d, "Meta")["properties"]["sources"]["items"] = json!({"type": "integer"})),
    ("values of a map change their type", |d| {
        schema(d, "SubmissionBody")["properties"]["flags"]["additionalProperties"] = json!({"type": "string"});
    }),
    ("an alternative of an answer is new", |d| meta_or(d, json!({"type": "null"}))),
    ("an alternative of an answer is for a question that was always asked", |d| {
        meta_or(d, json!({"type": "null", "x-only-when": "limit"}));
    }),
    ("an unknown keyword", |d| schema(d, "Meta")["not"] = json!({"type": "object"})),
    ("a public operation asks for a key", |d| operation(d, "get", ACTS)["security"] = json!([{"api_key": ["audit:read"]}])),
    ("a scope no longer opens", |d| {
        operation(d, "get", "/v1/act-drafts")["security"].as_array_mut().unwrap().remove(0);
    }),
    ("two scopes are needed", |d| {
        operation(d, "get", "/v1/audit")["security"] = json!([{"api_key": ["audit:read", "reports:read"]}]);
    }),
    ("keys are shown otherwise", |d| d["components"]["securitySchemes"]["api_key"]["scheme"] = json!("basic")),
];

const ADDITIVE: &[Change] = &[
    ("nothing", |_| {}),
    ("a path", |d| d["paths"]["/v1/new"] = json!({"get": {"operationId": "new", "responses": {}}})),
    ("a method", |d| d["paths"][ACTS]["post"] = json!({"operationId": "new", "responses": {}})),
    ("an optional parameter", |d| {
        push(&mut operation(d, "get", ACTS)["parameters"], json!({"name": "x", "in": "query", "required": false, "schema": {}}));
    }),
    ("a representation", |d| {
        operation(d, "get", ACTS)["responses"]["200"]["content"]["application/parquet"] = json!({"schema": {"type": "string"}});
    }),
    ("a refusal of its own", |d| operation(d, "get", ACTS)["responses"]["429"] = json!({"description": "slower"})),
    ("a header", |d| operation(d, "get", ACTS)["responses"]["200"]["headers"]["X-New"] = json!({})),
    ("a field of an answer", |d| {
        schema(d, "ActBody")["properties"]["x"] = json!({"type": "string"});
        push(&mut schema(d, "ActBody")["required"], json!("x"));
    }),
    ("an optional field of a body", |d| schema(d, "Check")["properties"]["x"] = json!({"type": "string"})),
    ("a field of a body becomes optional", |d| no_longer_required(schema(d, "Check"), "date")),
    ("null is accepted", |d| schema(d, "Check")["properties"]["cum"]["type"] = json!(["string", "null"])),
    ("an answer is never null any more", |d| schema(d, "Meta")["properties"]["next_cursor"]["type"] = json!("string")),
    ("a field of an answer is always there", |d| push(&mut schema(d, "Meta")["required"], json!("as_of"))),
    ("a value is accepted too", |d| push(&mut schema(d, "Language")["enum"], json!("pt"))),
    ("a greatest is raised", |d| parameter(d, ACTS, "limit")["schema"]["maximum"] = json!(5000)),
    ("a pattern is dropped", |d| without(schema(d, "ReportingPeriod"), "pattern")),
    ("a kind of body", |d| {
        operation(d, "post", "/v1/submissions")["requestBody"]["content"]["application/xml"] = json!({"schema": {}});
    }),
    ("another scope opens too", |d| push(&mut operation(d, "get", "/v1/audit")["security"], json!({"api_key": ["ops:read"]}))),
    ("no key is needed any more", |d| operation(d, "get", "/v1/audit")["security"] = json!([])),
    ("an alternative of an answer for a question that is new", |d| {
        push(&mut operation(d, "get", ACTS)["parameters"], json!({"name": "x", "in": "query", "schema": {}}));
        meta_or(d, json!({"type": "null", "x-only-when": "x"}));
    }),
    ("a pattern that is known to be wider", |d| {
        schema(d, "NewFreeKey")["properties"]["name"]["pattern"] = json!(super::schema::WIDER[0].1);
    }),
    ("words", |d| operation(d, "get", ACTS)["description"] = json!("Other words.")),
    ("it is said that it will go", |d| operation(d, "get", ACTS)["deprecated"] = json!(true)),
    ("a schema has another name", |d| {
        let meta = schema(d, "Meta").clone();
        d["components"]["schemas"]["Basis"] = meta;
        schema(d, "Many_ActBody")["properties"]["meta"] = json!({"$ref": "#/components/schemas/Basis"});
    }),
    ("a schema is written out", |d| {
        let meta = schema(d, "Meta").clone();
        schema(d, "Many_ActBody")["properties"]["meta"] = meta;
    }),
];

fn changed(document: &Value, change: fn(&mut Value)) -> Vec<String> {
    let mut other = document.clone();
    change(&mut other);
    broken(document, &other)
}

#[test]
fn every_kind_of_breaking_change_is_refused() {
    let document = bare();
    for (name, change) in BREAKING {
        assert!(!changed(&document, *change).is_empty(), "not seen: {name}");
    }
}

#[test]
fn every_kind_of_addition_is_accepted() {
    let document = bare();
    for (name, change) in ADDITIVE {
        let broken = changed(&document, *change);
        assert!(broken.is_empty(), "{name}: {broken:?}");
    }
}

/// Not by example but all of them (here one in eleven): no operation, parameter or field can go unseen.
#[test]
fn whatever_is_taken_away_is_missed() {
    let document = bare();
    let mut taken = Vec::new();
    for (path, item) in fields(&document["paths"]) {
        for (method, operation) in fields(item) {
            let at = format!("/paths/{}/{method}", path.replace('/', "~1"));
            let parameters = operation["parameters"].as_array().map_or(0, Vec::len);
            taken.extend((0..parameters).map(|index| format!("{at}/parameters/{index}")));
            taken.push(at);
        }
    }
    for (name, schema) in fields(&document["components"]["schemas"]) {
        taken.extend(fields(&schema["properties"]).map(|(field, _)| format!("/components/schemas/{name}/properties/{field}")));
    }
    assert!(taken.len() > 800, "{}", taken.len());
    let taken: Vec<String> = taken.into_iter().step_by(size(1, 11)).collect();
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for part in taken.chunks(taken.len().div_ceil(workers)) {
            scope.spawn(|| part.iter().for_each(|pointer| missed(&document, pointer)));
        }
    });
    println!("{} operations, parameters and fields are missed when they go", taken.len());
}

fn missed(document: &Value, pointer: &str) {
    let mut other = document.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match other.pointer_mut(parent).unwrap() {
        Value::Array(items) => drop(items.remove(name.parse().unwrap())),
        parent => without(parent, name),
    }
    assert!(!broken(document, &other).is_empty(), "not missed: {pointer}");
}
