//! The endpoints of those who run the service, and the document's own honesty.

use std::sync::atomic::Ordering;

use utoipa::OpenApi;

use super::{endpoints::TestDocument, support::Server};

#[tokio::test]
async fn health_does_not_depend_on_readiness() {
    let server = Server::start().await;
    assert_eq!(server.get("/healthz").await.status, 200);
    assert_eq!(server.get("/readyz?from=monitor").await.status, 200);
    server.state.unready.store(true, Ordering::Relaxed);
    assert_eq!(server.get("/healthz").await.status, 200);
    let response = server.get("/readyz").await;
    response.problem(503, "database_unavailable");
    assert_eq!(response.header("retry-after"), Some("5"));
}

#[tokio::test]
async fn metrics_are_labelled_by_template() {
    let server = Server::start().await;
    for number in 0..3 {
        server.get(&format!("/v1/things/{number}")).await;
    }
    server.get("/made/up/by/a/stranger").await;
    let text = server.get("/metrics").await.body;
    assert!(text.contains("route=\"/v1/things/{number}\"") && text.contains("http_request_duration_seconds_bucket"));
    assert!(text.contains("route=\"unrouted\"") && !text.contains("stranger"), "{text}");
    assert!(text.contains("http_connections_open"));
}

#[tokio::test]
async fn the_document_and_its_reader_come_from_here() {
    let server = Server::start().await;
    let document = server.get("/openapi.json").await;
    assert_eq!(document.body, "{\"openapi\":\"3.1.0\"}\n");
    assert!(document.header("etag").is_some());
    let moved = server.get("/docs").await;
    assert_eq!((moved.status, moved.header("location")), (308, Some("/docs/")));
    let page = server.get("/docs/index.html").await;
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    assert!(!page.header("content-security-policy").unwrap().contains("http"));
    let start = server.get("/docs/swagger-initializer.js").await;
    let text = start.body;
    assert!(text.contains("/openapi.json") && text.contains("\"validatorUrl\": \"none\""), "{text}");
    assert_eq!(server.get("/docs/swagger-ui-bundle.js").await.status, 200);
    server.get("/docs/..%2F..%2Fetc%2Fpasswd").await.problem(404, "not_found");
}

#[tokio::test]
async fn the_type_of_a_problem_leads_to_its_meaning() {
    let server = Server::start().await;
    let problem = server.get("/nope").await.json();
    let explained = server.get(&format!("{}?lang=en", problem["type"].as_str().unwrap())).await.json();
    assert_eq!((&explained["title"], &explained["status"]), (&"No such route".into(), &404.into()));
    server.get("/problems/none").await.problem(404, "not_found");
}

#[test]
fn what_is_accepted_everywhere_is_documented_everywhere() {
    let document = serde_json::to_value(TestDocument::openapi()).unwrap();
    let list = &document["paths"]["/v1/things"]["get"]["parameters"];
    let names: Vec<&str> = list.as_array().unwrap().iter().map(|parameter| parameter["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["name", "year", "limit", "cursor", "lang", "format", "for"]);
    assert_eq!(
        document["components"]["schemas"]["Problem"]["properties"]["errors"]["items"]["$ref"],
        "#/components/schemas/ProblemFault"
    );
    assert!(document["components"]["schemas"]["ProblemFault"].is_object());
}
