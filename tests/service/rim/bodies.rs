//! Bodies: how large, how slow and of what kind.

use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt;

use super::support::Server;
use crate::client::{Answer, message, read};

const JSON: &str = "application/json";

async fn post(server: &Server, path: &str, kind: &str, body: &[u8]) -> Answer {
    server.send("POST", path, &format!("content-type: {kind}\r\n"), Some(body)).await
}

/// The beginning of a request whose body is longer.
fn begun(body: &str) -> Vec<u8> {
    message("POST", "/v1/things/1", "connection: keep-alive\r\ncontent-length: 900\r\n", Some(body.as_bytes()))
}

#[tokio::test]
async fn too_large_is_413_however_it_is_sent() {
    let server = Server::start().await;
    assert_eq!(post(&server, "/v1/things/1", "x/y", &[b'a'; 1000]).await.body, "1000");
    post(&server, "/v1/things/1", "x/y", &[b'a'; 1001]).await.problem(413, "body_too_large");
    let chunk = format!("{:x}\r\n{}\r\n", 600, "a".repeat(600));
    let chunked = async |chunks: &str| {
        server.ask("POST", "/v1/things/1", "transfer-encoding: chunked\r\n", Some(&format!("{chunks}0\r\n\r\n"))).await
    };
    assert_eq!(chunked(&chunk).await.body, "600");
    chunked(&chunk.repeat(2)).await.problem(413, "body_too_large");
}

#[tokio::test]
async fn a_promise_over_the_limit_is_refused_before_anything_is_read() {
    let server = Server::start().await;
    let promise = "expect: 100-continue\r\ncontent-length: 99999999\r\nconnection: keep-alive\r\n";
    let response = server.ask("POST", "/v1/things/1", promise, None).await;
    response.problem(413, "body_too_large");
    assert_eq!(response.header("connection"), Some("close"));
}

#[tokio::test]
async fn only_json_in_utf8_is_json() {
    let server = Server::start().await;
    let body = br#"{"checks":[{"amount":"12"}]}"#;
    assert_eq!(post(&server, "/v1/checks", "application/json; charset=utf-8", body).await.body, "2");
    for other in ["text/plain", "application/json; charset=latin1", "application/x-www-form-urlencoded"] {
        post(&server, "/v1/checks", other, body).await.problem(415, "unsupported_media_type");
    }
    server.ask("POST", "/v1/checks", "content-length: 2\r\n", None).await.problem(415, "unsupported_media_type");
    let gzip = format!("content-type: {JSON}\r\ncontent-encoding: gzip\r\ncontent-length: 0\r\n");
    server.ask("POST", "/v1/checks", &gzip, None).await.problem(415, "unsupported_media_type");
}

#[tokio::test]
async fn faults_in_json_are_pointed_at() {
    let server = Server::start().await;
    for (body, pointer, code) in [
        (&br#"{"checks":[{"amount":"1"},{"amount":1.5}]}"#[..], "/checks/1/amount", "invalid_value"),
        (br#"{"checks":[{"amount":"1","amount":"2"}]}"#, "/checks/0", "duplicate_member"),
        (br#"{"checks":[],"role":"admin"}"#, "/role", "unknown_member"),
        (br#"{"checks":[{"amount":"\u0000"}]}"#, "/checks/0/amount", "control_character"),
        (b"{\"checks\":[{\"amount\":\"\xff\"}]}", "/checks/0/amount", "not_json"),
        (br#"{"checks":[{"amount":"\ud800"}]}"#, "/checks/0/amount", "not_json"),
        (b"", "", "not_json"),
    ] {
        let problem = post(&server, "/v1/checks", JSON, body).await.problem(400, "bad_body");
        let error = &problem["errors"][0];
        assert!(error["pointer"].as_str().unwrap().starts_with(pointer), "{problem}");
        assert_eq!(error["code"], code, "{problem}");
    }
    post(&server, "/v1/checks", JSON, "[".repeat(999).as_bytes()).await.problem(400, "bad_body");
}

#[tokio::test]
async fn a_body_that_trickles_is_given_up() {
    let server = Server::start().await;
    let mut socket = server.connect().await;
    let start = Instant::now();
    socket.write_all(&begun("")).await.unwrap();
    for _ in 0..4 {
        tokio::time::sleep(Duration::from_millis(60)).await;
        socket.write_all(b"a").await.unwrap();
    }
    read(&mut socket).await.problem(408, "body_too_slow");
    assert!(start.elapsed() < Duration::from_millis(1000), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_body_cut_short_ends_nothing_else() {
    let server = Server::start().await;
    let mut socket = server.connect().await;
    socket.write_all(&begun("aaa")).await.unwrap();
    socket.shutdown().await.unwrap();
    let _ = read(&mut socket).await;
    assert_eq!(server.get("/v1/things/1").await.status, 200);
}
