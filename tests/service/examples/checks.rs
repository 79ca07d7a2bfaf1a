//! What must hold of every example, and of every operation by way of its example.

use serde_json::{Value, json};

use super::book::{Book, Step};
use crate::client::Answer;

fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let mut root = json!({"components": super::document()["components"]});
    root.as_object_mut().unwrap().extend(schema.as_object().unwrap().clone());
    let validator = jsonschema::draft202012::new(&root).unwrap();
    validator.iter_errors(value).map(|error| format!("{error} at {}", error.instance_path())).collect()
}

fn operation<'a>(document: &'a Value, id: &str) -> &'a Value {
    let items = document["paths"].as_object().unwrap().values();
    let mut all = items.flat_map(|item| item.as_object().unwrap().values());
    all.find(|one| one["operationId"] == id).unwrap()
}

/// As shown, after normalisation, it is still what the schemas say: request, answer, and every parameter.
pub fn is_valid(id: &str, page: &Value) {
    let operation = operation(super::document(), id);
    let (request, response) = (&page["request"], &page["response"]);
    if let Some(kind) = request["content_type"].as_str() {
        let schema = &operation["requestBody"]["content"][kind]["schema"];
        assert!(schema.is_object(), "{id}: {kind} is not documented");
        let found = faults(schema, &request["body"]);
        assert!(found.is_empty(), "{id}: the request {found:?}");
    }
    let kind = response["content_type"].as_str().unwrap();
    let schema = &operation["responses"][response["status"].to_string()]["content"][kind]["schema"];
    assert!(schema.is_object(), "{id}: {} {kind} is not documented", response["status"]);
    if kind != "application/zip" {
        let found = faults(schema, &response["body"]);
        assert!(found.is_empty(), "{id}: the answer {found:?}");
    }
    for parameter in operation["parameters"].as_array().unwrap() {
        if let Some(example) = parameter.get("example") {
            let found = faults(&parameter["schema"], example);
            assert!(found.is_empty(), "{id} {}: {found:?}", parameter["name"]);
        }
    }
}

pub fn tells_no_secret(id: &str, page: &Value, book: &Book) {
    let text = page.to_string();
    let people = &book.people;
    for key in [&people.drafter, &people.approver, &people.auditor, &people.reporter, &people.other_reporter] {
        assert!(!text.contains(key.as_str()), "{id} tells a key");
    }
    let secrets = text.match_indices("whsec_").filter(|(at, _)| !text[*at..].starts_with(super::same::SECRET));
    assert_eq!(secrets.count(), 0, "{id} tells a secret");
    let keys = text.match_indices("tmo_live_").filter(|(at, _)| !text[*at..].starts_with("tmo_live_…"));
    assert_eq!(keys.count(), 0, "{id} tells somebody's key");
}

async fn ask(book: &Book, step: &Step, method: &str, path: &str, headers: &str) -> Answer {
    book.server.ask(method, path, &(step.head() + headers), None).await
}

fn with(path: &str, pair: &str) -> String {
    let name = pair.split('=').next().unwrap();
    let (bare, query) = path.split_once('?').unwrap_or((path, ""));
    let others = query.split('&').filter(|other| !other.is_empty() && other.split('=').next() != Some(name));
    format!("{bare}?{}", others.chain([pair]).collect::<Vec<_>>().join("&"))
}

fn reads() -> impl Iterator<Item = &'static Value> {
    super::document()["paths"].as_object().unwrap().values().map(|item| &item["get"]).filter(|operation| operation.is_object())
}

pub fn reads_of_the_document() -> usize {
    reads().count()
}

/// GET operations whose answer's `data` is an array, by their schemas.
pub fn lists_of_the_document() -> usize {
    let resolved = |schema: &'static Value| match schema["$ref"].as_str() {
        Some(name) => super::document().pointer(&name[1..]).unwrap(),
        None => schema,
    };
    let body = |operation: &'static Value| resolved(&operation["responses"]["200"]["content"]["application/json"]["schema"]);
    reads().filter(|operation| body(operation)["properties"]["data"]["type"] == "array").count()
}

/// The same rows in the same order, every field in a column, and the same header though there be no rows.
pub async fn as_csv(book: &mut Book, step: &Step) {
    let (id, path) = (step.operation, step.path.as_str());
    assert!(book.offers_csv(id), "{id} answers with a list and does not offer text/csv");
    let full = with(path, "format=csv");
    let (json, csv) = (ask(book, step, "GET", path, "").await.json(), ask(book, step, "GET", &full, "").await);
    let by_header = ask(book, step, "GET", path, "accept: text/csv\r\n").await;
    let rows = json["data"].as_array().unwrap();
    assert!(!rows.is_empty(), "the example of {id} shows nothing");
    let mut reader = csv::Reader::from_reader(csv.body.as_bytes());
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!((records.len(), by_header.body.as_str()), (rows.len(), csv.body.as_str()), "{id}");
    for (row, record) in rows.iter().zip(&records) {
        same_row(id, row, &header, record);
    }
    let (_, operation) = book.operation(id);
    if operation["parameters"].as_array().unwrap().iter().any(|parameter| parameter["name"] == "limit") {
        let none = ask(book, step, "GET", &with(&full, "limit=0"), "").await;
        assert_eq!(none.body, csv.body.split_inclusive("\r\n").next().unwrap(), "{id}");
        book.looked.empty += 1;
    }
    book.looked.lists += 1;
}

/// A list without pages is empty too: nobody owed anything then.
pub async fn nothing_has_a_header(book: &Book) {
    let owed = |period: &str| format!("/v1/compliance?period={period}&format=csv");
    let (nothing, some) = (book.server.get(&owed("2010-Q1")).await, book.server.get(&owed("2020-Q2")).await);
    assert_eq!((nothing.status, nothing.body.lines().count()), (200, 1), "{}", nothing.body);
    assert!(some.body.lines().count() > 1 && nothing.body.lines().next() == some.body.lines().next());
}

/// Each cell says what the field says, and no field is without a cell.
fn same_row(id: &str, row: &Value, header: &[String], record: &csv::StringRecord) {
    for (name, cell) in header.iter().zip(record) {
        let value = name.split('.').try_fold(row, |value, name| value.get(name)).unwrap_or(&Value::Null);
        let said = match value {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        assert!(cell == said || cell.strip_prefix('\'') == Some(&said), "{id} {name}: {cell} for {said}");
    }
    fn leaves(value: &Value, path: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    leaves(value, &if path.is_empty() { name.clone() } else { format!("{path}.{name}") }, found);
                }
            }
            Value::Null => {}
            _ => found.push(path.to_owned()),
        }
    }
    let mut found = Vec::new();
    leaves(row, "", &mut found);
    for leaf in found {
        let shown = |name: &String| leaf == *name || leaf.starts_with(&format!("{name}."));
        assert!(header.iter().any(shown), "{id}: {leaf} has no column in {header:?}");
    }
}

pub async fn tags(book: &mut Book, step: &Step) {
    let (id, path) = (step.operation, step.path.as_str());
    let answer = ask(book, step, "GET", path, "").await;
    assert_eq!(answer.status, 200, "{id}");
    let (_, operation) = book.operation(id);
    if operation["security"] != json!([]) {
        // Responses to authenticated requests are not cacheable: no tag, and no cache may store them.
        assert_eq!((answer.header("etag"), answer.header("cache-control")), (None, Some("no-store")), "{id}");
        book.looked.guarded += 1;
        return;
    }
    let tag = answer.header("etag").unwrap_or_else(|| panic!("{id} has no ETag")).to_owned();
    assert!(answer.header("cache-control").is_some_and(|value| value.starts_with("public")), "{id}");
    assert!(!operation["responses"]["304"].is_null(), "{id} does not document its 304");
    for method in ["GET", "HEAD"] {
        let plain = ask(book, step, method, path, "").await;
        assert_eq!((plain.status, plain.header("etag")), (200, Some(tag.as_str())), "{method} {id}");
        assert_eq!(plain.body.is_empty(), method == "HEAD", "{method} {id}");
        for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
            let same = ask(book, step, method, path, &format!("if-none-match: {known}\r\n")).await;
            let said = (same.status, same.header("etag"), same.body.as_str());
            assert_eq!(said, (304, Some(tag.as_str()), ""), "{method} {id} {known}");
        }
        let other = ask(book, step, method, path, "if-none-match: \"other\"\r\n").await;
        assert_eq!(other.status, 200, "{method} {id}");
    }
    if book.offers_csv(id) {
        let csv = ask(book, step, "GET", &with(path, "format=csv"), "").await;
        assert!(csv.header("etag").is_some_and(|csv| csv != tag), "{id}: another representation has another tag");
    }
    book.looked.public += 1;
}
