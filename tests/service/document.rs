//! The document: committed as generated, complete, and readable without the internet.

use std::collections::HashSet;

use serde_json::Value;
use termometro::http::api;

use crate::server::Server;

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/openapi.json");

#[test]
fn openapi_committed_is_generated() {
    let generated = api::document();
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(COMMITTED, &generated).unwrap();
    }
    let committed = std::fs::read_to_string(COMMITTED).unwrap_or_default();
    assert!(committed == generated, "openapi/openapi.json is stale: run `make openapi` and commit the difference");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_is_served_named_once_and_explained() {
    let document: Value = serde_json::from_str(&api::document()).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let server = Server::with_the_sample().await;
    let mut names = HashSet::new();
    let mut count = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            count += 1;
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name.to_owned()), "{name} stands twice");
            for words in ["summary", "description"] {
                assert!(operation[words].as_str().is_some_and(|text| text.len() > 10), "{name} has no {words}");
            }
            let concrete = path.replace("{cum}", "1-1").replace("{id}", "x").replace("{other}", "y").replace("{sha256}", "z");
            let answer = server.ask(&method.to_uppercase(), &concrete, "", None).await;
            assert!(answer.status != 405 && !answer.body.contains("route_not_found"), "{name}: {}", answer.body);
        }
    }
    assert_eq!(count, api::endpoints().len());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reading_page_asks_no_other_host() {
    let server = Server::with_the_sample().await;
    let page = server.get("/docs/").await;
    assert_eq!(page.status, 200);
    for attribute in ["src=\"", "href=\""] {
        for address in page.body.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()) {
            let ours = address.replace("&#x2f;", "/");
            assert!(
                ours.starts_with('/') && !ours.starts_with("//") || ours.starts_with('#') || ours.starts_with("https://t/"),
                "{ours}"
            );
        }
    }
    assert!(page.body.contains("swagger-ui-bundle.js") && page.body.contains("id=\"verdict\""), "reference and guide");
    assert!(page.header("content-security-policy").is_some_and(|policy| policy.contains("default-src")));
}
