//! Every operation has an example, and a service answers to it today as it stands in `openapi/examples/`.
//! With `UPDATE_SNAPSHOTS=1` the files are written anew.
mod book;
mod checks;
mod mail;
mod purchases;
mod same;
mod scenario;

use std::{collections::BTreeSet, fs, path::PathBuf, sync::OnceLock};

use serde_json::Value;
use termometro::http::api;

use self::book::{Book, Look};

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "openapi", "examples"].iter().collect()
}

fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| serde_json::from_str(&api::document()).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_answers_as_its_example_says() {
    let mut book = Book::open("examples", Look::Nothing).await;
    scenario::told(&mut book).await;
    let named: BTreeSet<&str> = book.pages.keys().map(String::as_str).collect();
    let operations: BTreeSet<&str> = api::EXAMPLES.iter().map(|(name, _)| *name).collect();
    assert_eq!(named, operations, "tests/service/examples/scenario.rs asks every operation once");
    let mut stale = Vec::new();
    for (operation, page) in &book.pages {
        let page = same::normalised(page, &book.shown);
        checks::is_valid(operation, &page);
        checks::tells_no_secret(operation, &page, &book);
        let (file, text) = (folder().join(format!("{operation}.json")), serde_json::to_string_pretty(&page).unwrap() + "\n");
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            fs::write(&file, &text).unwrap();
        }
        let committed: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap_or_default()).unwrap_or_default();
        if same::normalised(&committed, &book.shown) != page {
            println!("{operation}: {}", difference(&committed, &page));
            stale.push(operation.as_str());
        }
    }
    assert_eq!(stale, [""; 0], "answered otherwise than the example: `make openapi`, and look at the difference");
    for entry in fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(operations.contains(name.trim_end_matches(".json")), "{name} is of no operation");
    }
}

/// The first place where they differ.
fn difference(one: &Value, other: &Value) -> String {
    let fields = |value: &Value| -> Vec<String> {
        match value {
            Value::Object(fields) => fields.keys().cloned().collect(),
            Value::Array(items) => (0..items.len()).map(|index| index.to_string()).collect(),
            _ => Vec::new(),
        }
    };
    let names = fields(one);
    if names.is_empty() || names != fields(other) {
        return format!("{one:.300} is now {other:.300}");
    }
    let inside = |value: &Value, name: &str| match value {
        Value::Array(items) => items[name.parse::<usize>().unwrap()].clone(),
        _ => value[name].clone(),
    };
    let name = names.iter().find(|name| inside(one, name) != inside(other, name)).unwrap();
    format!("{name}: {}", difference(&inside(one, name), &inside(other, name)))
}

/// What stands in the document is what stands in the files.
#[test]
fn the_document_shows_every_example() {
    let document = document();
    let mut shown = 0;
    for operation in document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values()) {
        let id = operation["operationId"].as_str().unwrap();
        let (_, text) = api::EXAMPLES.iter().find(|(name, _)| *name == id).unwrap();
        let example: Value = serde_json::from_str(text).unwrap();
        let (request, response) = (&example["request"], &example["response"]);
        let kind = response["content_type"].as_str().unwrap_or_else(|| panic!("{id} has no example: `make openapi`"));
        let documented = &operation["responses"][response["status"].to_string()];
        let content = &documented["content"][kind];
        if kind == "application/zip" {
            let words = documented["description"].as_str().unwrap();
            assert!(response["body"].as_array().unwrap().iter().all(|name| words.contains(name.as_str().unwrap())), "{id}");
        } else {
            assert!(response["body"] == content["example"] && !content["example"].is_null(), "{id}");
        }
        if let Some(kind) = request["content_type"].as_str() {
            assert_eq!(operation["requestBody"]["content"][kind]["example"], request["body"], "{id}");
        }
        for parameter in operation["parameters"].as_array().unwrap() {
            let required = parameter["required"] == true;
            assert!(!required || !parameter["example"].is_null(), "{id} sends no {}", parameter["name"]);
        }
        shown += 1;
    }
    assert_eq!(shown, api::EXAMPLES.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_is_offered_as_csv_with_a_header_though_it_be_empty() {
    let mut book = Book::open("examples_csv", Look::Csv).await;
    scenario::told(&mut book).await;
    checks::nothing_has_a_header(&book).await;
    let book::Looked { lists, empty, .. } = book.looked;
    println!("{lists} lists as CSV, {empty} of them also empty");
    let lists_of_the_document = checks::lists_of_the_document();
    assert!(lists == lists_of_the_document && empty > 15, "{lists} of {lists_of_the_document} lists, {empty} empty");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_public_read_has_a_tag_and_costs_nothing_when_unchanged() {
    let mut book = Book::open("examples_tags", Look::Tags).await;
    scenario::told(&mut book).await;
    let book::Looked { public, guarded, .. } = book.looked;
    println!("{public} public reads have tags, {guarded} guarded ones have none");
    // The dossier is binary, and somebody's: `told_archive`.
    assert_eq!(public + guarded + 1, checks::reads_of_the_document());
    assert!(public > 20 && guarded > 10, "{public} {guarded}");
}
