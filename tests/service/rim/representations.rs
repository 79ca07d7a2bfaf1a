//! The same answer in other forms: CSV, compressed, or not sent again.

use std::sync::atomic::Ordering;

use super::support::Server;

#[tokio::test]
async fn csv_by_query_or_by_accept() {
    let server = Server::start().await;
    let expected = "number,name\r\n0,'=thing 0\r\n1,'=thing 1\r\n";
    for (target, headers) in [
        ("/v1/things?limit=2&format=csv", ""),
        ("/v1/things?limit=2", "accept: text/csv\r\n"),
        ("/v1/things?limit=2", "accept: application/json;q=0.1, text/*\r\n"),
    ] {
        let response = server.ask("GET", target, headers, None).await;
        assert_eq!(response.body, expected);
        assert!(response.header("content-type").unwrap().starts_with("text/csv"));
    }
    let both = server.ask("GET", "/v1/things", "accept: text/html, */*;q=0.8\r\n", None).await;
    assert_eq!(both.header("content-type"), Some("application/json"));
    server.get("/v1/things/1?format=csv").await.problem(406, "not_acceptable");
    server.ask("GET", "/v1/things", "accept: image/png\r\n", None).await.problem(406, "not_acceptable");
}

#[tokio::test]
async fn compression_is_negotiated_and_small_answers_stay_plain() {
    let server = Server::start().await;
    let big = |headers: &'static str| server.ask("GET", "/v1/big/8", headers, None);
    let plain = big("").await;
    assert_eq!(plain.header("content-encoding"), None);
    assert!(plain.header("vary").unwrap().contains("accept-encoding"));
    for (accept, encoding) in
        [("gzip", Some("gzip")), ("br", Some("br")), ("gzip, br;q=0", Some("gzip")), ("identity", None), ("zstd", None)]
    {
        let response = server.ask("GET", "/v1/big/8", &format!("accept-encoding: {accept}\r\n"), None).await;
        assert_eq!(response.header("content-encoding"), encoding, "{accept}");
        assert_eq!(response.bytes.len() < 1000, encoding.is_some(), "{accept}");
    }
    let small = server.ask("GET", "/v1/things?limit=1", "accept-encoding: gzip\r\n", None).await;
    assert_eq!(small.header("content-encoding"), None);
}

#[tokio::test]
async fn an_unchanged_answer_is_304() {
    let server = Server::start().await;
    let first = server.get("/v1/things?limit=2").await;
    let tag = first.header("etag").unwrap().to_owned();
    assert!(tag.starts_with('"') && tag.ends_with('"'));
    assert_eq!(first.header("cache-control"), Some("public, max-age=600"));
    for known in [&tag, "*", &format!("W/{tag}"), &format!("\"a\", {tag}")] {
        let again = server.ask("GET", "/v1/things?limit=2", &format!("if-none-match: {known}\r\n"), None).await;
        assert_eq!(again.status, 304, "{known}");
        assert!(again.body.is_empty());
        assert_eq!(again.header("etag"), Some(tag.as_str()));
        assert_eq!(again.header("cache-control"), Some("public, max-age=600"));
    }
    for other in ["/v1/things?limit=3", "/v1/things?limit=2&format=csv", "/v1/things?limit=2&lang=en"] {
        assert_eq!(server.ask("GET", other, &format!("if-none-match: {tag}\r\n"), None).await.status, 200, "{other}");
    }
    server.state.data_version.fetch_add(1, Ordering::Relaxed);
    let changed = server.ask("GET", "/v1/things?limit=2", &format!("if-none-match: {tag}\r\n"), None).await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.header("etag"), Some(tag.as_str()));
}

#[tokio::test]
async fn compressed_bytes_have_their_own_strong_tag() {
    let server = Server::start().await;
    let plain = server.get("/v1/big/8").await.header("etag").unwrap().to_owned();
    let response = server.ask("GET", "/v1/big/8", "accept-encoding: gzip\r\n", None).await;
    let zipped = response.header("etag").unwrap().to_owned();
    assert_ne!(plain, zipped);
    assert!(!zipped.starts_with("W/"));
    assert_eq!(server.ask("GET", "/v1/big/8", &format!("if-none-match: {zipped}\r\n"), None).await.status, 304);
}

#[tokio::test]
async fn every_answer_is_marked_safe() {
    let server = Server::start().await;
    for target in ["/v1/things", "/nope", "/docs/swagger-ui.css", "/metrics"] {
        let response = server.get(target).await;
        assert_eq!(response.header("x-content-type-options"), Some("nosniff"), "{target}");
        assert_eq!(response.header("x-frame-options"), Some("DENY"));
        assert!(response.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
        assert!(response.header("x-request-id").is_some());
    }
}
