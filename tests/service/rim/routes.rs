//! Which endpoint answers, and with which methods.

use super::support::Server;

#[tokio::test]
async fn an_unknown_path_is_a_problem() {
    let server = Server::start().await;
    for target in ["/", "/nope", "/v1/things/", "/v1//things", "//v1/things", "/v1/things/1/x", "/v1/Things", "/v1/th%69ngs"] {
        server.get(target).await.problem(404, "route_not_found");
    }
    server.get("/v1/things/99").await.problem(404, "not_found");
}

#[tokio::test]
async fn a_method_that_is_not_there_is_405_with_allow() {
    let server = Server::start().await;
    for method in ["PUT", "DELETE", "PATCH", "TRACE", "BREW"] {
        let response = server.ask(method, "/v1/things/1", "", None).await;
        response.problem(405, "method_not_allowed");
        let mut allowed: Vec<&str> = response.header("allow").unwrap().split(", ").collect();
        allowed.sort_unstable();
        assert_eq!(allowed, ["GET", "HEAD", "OPTIONS", "POST"]);
        server.ask(method, "/nope", "", None).await.problem(404, "route_not_found");
    }
    assert_eq!(server.ask("POST", "/v1/things", "", None).await.header("allow"), Some("GET, HEAD, OPTIONS"));
    server.ask("CONNECT", "t:80", "", None).await.problem(405, "method_not_allowed");
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let server = Server::start().await;
    for (target, headers) in [
        ("/v1/things", ""),
        ("/v1/big/4", ""),
        ("/v1/big/4", "accept-encoding: gzip\r\n"),
        ("/v1/things/99", ""),
        ("/nope", ""),
        ("/healthz", ""),
    ] {
        let headers = format!("{headers}x-request-id: same\r\n");
        let (get, head) = (server.ask("GET", target, &headers, None).await, server.ask("HEAD", target, &headers, None).await);
        assert_eq!(head.status, get.status);
        assert!(head.body.is_empty() && !get.body.is_empty());
        // All but the time of day, and how a body that is not there would have been framed.
        let passing = ["date", "transfer-encoding"];
        let lasting = |(name, _): &(String, &str)| !passing.contains(&name.as_str());
        assert!(head.headers().filter(lasting).eq(get.headers().filter(lasting)), "{target}: {head:?} {get:?}");
    }
}

#[tokio::test]
async fn options_tells_the_methods() {
    let server = Server::start().await;
    let response = server.ask("OPTIONS", "/v1/things", "", None).await;
    assert_eq!((response.status, response.header("allow")), (204, Some("GET, HEAD, OPTIONS")));
    assert_eq!(server.ask("OPTIONS", "*", "", None).await.status, 204);
    server.ask("OPTIONS", "/nope", "", None).await.problem(404, "route_not_found");
}

#[tokio::test]
async fn cors_is_on_every_answer() {
    let server = Server::start().await;
    let origin = "origin: https://app.example\r\n";
    for (method, target) in [("GET", "/v1/things"), ("GET", "/nope"), ("PUT", "/v1/things"), ("GET", "/v1/panic")] {
        let response = server.ask(method, target, origin, None).await;
        assert_eq!(response.header("access-control-allow-origin"), Some("*"), "{target}");
        assert!(response.header("access-control-expose-headers").unwrap().contains("etag"));
    }
    let preflight = format!("{origin}access-control-request-method: POST\r\naccess-control-request-headers: content-type\r\n");
    let response = server.ask("OPTIONS", "/v1/checks", &preflight, None).await;
    assert_eq!(response.status, 204);
    assert_eq!(response.header("access-control-allow-methods"), Some("POST, OPTIONS"));
    assert!(response.header("access-control-allow-headers").unwrap().contains("content-type"));
}

#[tokio::test]
async fn an_absolute_target_changes_nothing() {
    let server = Server::start().await;
    assert_eq!(server.get("http://other.example/v1/things/3").await.body, "\"thing 3 for 127.0.0.1\"");
    let page = server.get("http://other.example/v1/things?limit=1").await;
    assert!(page.header("link").unwrap().starts_with("</v1/things?limit=1&cursor="));
}
