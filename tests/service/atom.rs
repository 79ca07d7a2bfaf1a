//! The feeds, read by another program's XML parser as a feed reader would.

use serde_json::{Value, json};
use termometro::ingest::SourceKind;

use crate::{client::Answer, expected::column, kit::reading::file, people, server::Server, stage::python, support};

const READER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/service/atom_reader.py");
const LANTUS: &str = "19914312-20";

fn read(feed: &Answer) -> Value {
    assert_eq!(feed.status, 200, "{}", feed.body);
    assert_eq!(feed.header("content-type"), Some("application/atom+xml; charset=utf-8"));
    let output = python(&[READER], feed.body.as_bytes());
    assert!(output.status.success(), "{}\n{:.3000}", String::from_utf8_lossy(&output.stderr), feed.body);
    serde_json::from_slice(&output.stdout).unwrap()
}

async fn get(server: &Server, path: &str, host: &str) -> Answer {
    server.ask("GET", path, &format!("host: {host}\r\n"), None).await
}

#[tokio::test(flavor = "multi_thread")]
async fn feeds_are_valid_stable_and_in_both_languages() {
    let database = people::sample("atom").await;
    let server = people::server(&database).await;
    // A name that must be escaped.
    let text = std::fs::read_to_string(support::sample_file("catalogue.csv")).unwrap();
    let odd = text.replace("LANTUS® 100 UI/ML", "LANTUS <& \u{201c}uno\u{201d} ]]> 'dos'");
    people::import_accepted(&database, SourceKind::Catalogue, &file("odd.csv", odd.as_bytes())).await;

    let whole = get(&server, "/v1/changes.atom?limit=200", "precios.example.co:8443").await;
    let feed = read(&whole);
    assert_eq!((&feed["language"], &feed["id"]), (&json!("es"), &json!("tag:precios.example.co,2026:changes")));
    let entries = feed["entries"].as_array().unwrap();
    assert!(entries.len() > 20, "{}", entries.len());
    // Newest first, and the feed is as new as its newest entry.
    assert_eq!(feed["updated"], entries[0]["updated"]);
    let number = |entry: &Value| entry["id"].as_str().unwrap().rsplit('/').next().unwrap().parse::<i64>().unwrap();
    assert!(entries.is_sorted_by(|a, b| number(a) > number(b)));
    let newest = server.data("/v1/changes?since=0&limit=1000").await;
    assert_eq!(number(&entries[0]), newest.as_array().unwrap().last().unwrap()["position"].as_i64().unwrap());
    let says = |feed: &Value, words: &str| column(&feed["entries"], "title").iter().any(|title| title.contains(words));
    assert!(says(&feed, "LANTUS <& “uno” ]]> 'dos'"), "{entries:?}");
    // What an entry links to is that very change.
    let alternate = entries[0]["links"]["alternate"].as_str().unwrap();
    assert_eq!(server.data(alternate).await[0]["position"], number(&entries[0]));

    let mine = server.get(&format!("/v1/medicines/{LANTUS}/changes.atom")).await;
    let of = read(&mine);
    assert!(says(&of, "precio máximo 33052.00 COP (pack, institutional) desde 2020-03-28"), "{of}");
    let titles = column(&of["entries"], "title");
    assert!(titles.iter().all(|title| title.contains(LANTUS) || title.contains("Mercado relevante 96")), "{titles:?}");
    let english = read(&server.get(&format!("/v1/medicines/{LANTUS}/changes.atom?lang=en")).await);
    assert_has!(english, {"language": "en", "id": of["id"]});
    assert!(says(&english, "ceiling 33052.00 COP") && !says(&english, "precio"), "{english}");

    // Unchanged, it costs a 304; what is not there is 404; an unknown host makes no strange ids.
    let known = format!("if-none-match: {}\r\n", mine.header("etag").unwrap());
    assert_eq!(server.ask("GET", &format!("/v1/medicines/{LANTUS}/changes.atom"), &known, None).await.status, 304);
    assert_eq!(server.get("/v1/medicines/99999998-1/changes.atom").await.status, 404);
    assert_eq!(server.get("/v1/changes.atom?limit=201").await.status, 400);
    assert_eq!(server.get("/v1/changes.atom?limit=0").await.status, 400);
    let strange = read(&get(&server, "/v1/changes.atom?limit=1", "[::1]:80").await);
    assert_eq!(strange["id"], "tag:localhost,2026:changes");
    let nothing = read(&server.get("/v1/changes.atom?since=2100-01-01").await);
    assert_eq!(nothing["entries"], json!([]));
}
