//! An operation that will go says so in every answer, in the document and in the metrics; no other does.

use termometro::http::{
    openapi::deprecation_marks,
    routing::{deprecation::Deprecated, endpoint},
};
use utoipa::OpenApi;

use super::{
    endpoints::{DEPRECATED, TestDocument, endpoints},
    support::Server,
};
use crate::client::Answer;

fn links(response: &Answer) -> Vec<&str> {
    response.headers().filter(|(name, _)| name == "link").map(|(_, value)| value).collect()
}

const GUIDE: &str = "</docs/old-things>; rel=\"deprecation\"; type=\"text/html\"";
const SUCCESSOR: &str = "</v1/things>; rel=\"successor-version\"";

#[tokio::test]
async fn every_answer_says_that_it_will_go() {
    let server = Server::start().await;
    let found = server.ask("GET", "/v1/old-things", "origin: https://a.example\r\n", None).await;
    assert_eq!(found.status, 200);
    // Its own link stays.
    assert!(links(&found)[0].ends_with("rel=\"next\"") && links(&found)[1..] == [GUIDE, SUCCESSOR], "{found:?}");
    let known = format!("if-none-match: {}\r\n", found.header("etag").unwrap());
    let unchanged = server.ask("GET", "/v1/old-things", &known, None).await;
    let refused = server.get("/v1/old-things?limit=1001").await;
    let head = server.ask("HEAD", "/v1/old-things", "", None).await;
    assert_eq!((unchanged.status, refused.status, head.status), (304, 400, 200));
    for response in [&found, &unchanged, &refused, &head] {
        // 2027-01-01 and 2027-07-01, at midnight in UTC.
        assert_eq!(response.header("deprecation"), Some("@1798761600"), "{response:?}");
        assert_eq!(response.header("sunset"), Some("Thu, 01 Jul 2027 00:00:00 GMT"));
        assert!(links(response).ends_with(&[GUIDE, SUCCESSOR]), "{response:?}");
    }
    let exposed = found.header("access-control-expose-headers").unwrap();
    assert!(exposed.contains("deprecation") && exposed.contains("sunset") && exposed.contains("link"), "{exposed}");
    let metrics = server.get("/metrics").await.body;
    assert!(metrics.contains("http_deprecated_requests_total{operation=\"list_old_things\"} 4\n"), "{metrics}");

    for other in [server.get("/v1/things").await, server.ask("POST", "/v1/old-things", "", None).await] {
        assert!(other.header("deprecation").is_none() && other.header("sunset").is_none(), "{other:?}");
    }
}

#[test]
fn the_document_says_so_too() {
    let mut document = TestDocument::openapi();
    deprecation_marks::mark(&mut document, DEPRECATED);
    let document: serde_json::Value = serde_json::from_str(&document.to_json().unwrap()).unwrap();
    let old = &document["paths"]["/v1/old-things"]["get"];
    assert_eq!(old["deprecated"], true);
    let words = old["description"].as_str().unwrap();
    assert!(
        words
            .ends_with("Deprecated since 2027-01-01; may be gone from 2027-07-01. Use /v1/things instead: see /docs/old-things.")
    );
    assert!(document["paths"]["/v1/things"]["get"]["deprecated"].is_null());
}

#[test]
#[should_panic(expected = "the sunset comes after the deprecation")]
fn what_goes_before_it_was_said_is_a_fault_in_the_table() {
    endpoint::announced(endpoints(), &[Deprecated { sunset: DEPRECATED[0].since, ..DEPRECATED[0] }]);
}

#[test]
#[should_panic(expected = "no operation is named list_odd_things")]
fn what_is_nowhere_is_a_fault_in_the_table() {
    endpoint::announced(endpoints(), &[Deprecated { operation: "list_odd_things", ..DEPRECATED[0] }]);
}
