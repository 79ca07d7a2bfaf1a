//! Bodies: how large, how slow and of what kind.

use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt;

use super::support::{Server, quick, read};
use termometro::http::Limits;

const JSON: &str = "application/json";

#[tokio::test]
async fn too_large_is_413_however_it_is_sent() {
    let server = Server::start().await;
    assert_eq!(server.post("/v1/things/1", "x/y", &[b'a'; 1000]).await.text(), "1000");
    server.post("/v1/things/1", "x/y", &[b'a'; 1001]).await.problem(413, "body_too_large");
    let chunk = format!("{:x}\r\n{}\r\n", 600, "a".repeat(600));
    let head = "POST /v1/things/1 HTTP/1.1\r\nhost: t\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n";
    assert_eq!(server.raw(format!("{head}{chunk}0\r\n\r\n").as_bytes()).await.text(), "600");
    server.raw(format!("{head}{chunk}{chunk}0\r\n\r\n").as_bytes()).await.problem(413, "body_too_large");
}

#[tokio::test]
async fn a_promise_over_the_limit_is_refused_before_anything_is_read() {
    let server = Server::start().await;
    let head = "POST /v1/things/1 HTTP/1.1\r\nhost: t\r\nexpect: 100-continue\r\ncontent-length: 99999999\r\n\r\n";
    let response = server.raw(head.as_bytes()).await;
    response.problem(413, "body_too_large");
    assert_eq!(response.header("connection"), Some("close"));
}

#[tokio::test]
async fn only_json_in_utf8_is_json() {
    let server = Server::start().await;
    let body = br#"{"checks":[{"amount":"12"}]}"#;
    assert_eq!(server.post("/v1/checks", "application/json; charset=utf-8", body).await.text(), "2");
    for other in ["text/plain", "application/json; charset=latin1", "application/x-www-form-urlencoded"] {
        server.post("/v1/checks", other, body).await.problem(415, "unsupported_media_type");
    }
    server.send("POST", "/v1/checks", "content-length: 2\r\n").await.problem(415, "unsupported_media_type");
    let gzip = format!("content-type: {JSON}\r\ncontent-encoding: gzip\r\ncontent-length: 0\r\n");
    server.send("POST", "/v1/checks", &gzip).await.problem(415, "unsupported_media_type");
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
        let problem = server.post("/v1/checks", JSON, body).await.problem(400, "bad_body");
        let error = &problem["errors"][0];
        assert!(error["pointer"].as_str().unwrap().starts_with(pointer), "{problem}");
        assert_eq!(error["code"], code, "{problem}");
    }
    server.post("/v1/checks", JSON, "[".repeat(999).as_bytes()).await.problem(400, "bad_body");
}

#[tokio::test]
async fn a_body_that_trickles_is_given_up() {
    let server = Server::start().await;
    let mut socket = server.connect().await;
    let start = Instant::now();
    let head = "POST /v1/things/1 HTTP/1.1\r\nhost: t\r\ncontent-length: 900\r\n\r\n";
    socket.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..4 {
        tokio::time::sleep(Duration::from_millis(60)).await;
        socket.write_all(b"a").await.unwrap();
    }
    read(&mut socket).await.problem(408, "body_too_slow");
    assert!(start.elapsed() < Duration::from_millis(1000), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_body_that_keeps_the_pace_still_has_a_deadline() {
    let limits = Limits { body_rate_min_bytes_per_s: 1, body_rate_grace_ms: 100, body_read_timeout_ms: 500, ..quick() };
    let server = Server::with(limits).await;
    let mut socket = server.connect().await;
    socket.write_all(b"POST /v1/things/1 HTTP/1.1\r\nhost: t\r\ncontent-length: 900\r\n\r\naaaaaaaaaa").await.unwrap();
    let start = Instant::now();
    read(&mut socket).await.problem(408, "body_too_slow");
    assert!(start.elapsed() >= Duration::from_millis(400), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_body_cut_short_ends_nothing_else() {
    let server = Server::start().await;
    let mut socket = server.connect().await;
    socket.write_all(b"POST /v1/things/1 HTTP/1.1\r\nhost: t\r\ncontent-length: 900\r\n\r\naaa").await.unwrap();
    socket.shutdown().await.unwrap();
    let _ = read(&mut socket).await;
    assert_eq!(server.get("/v1/things/1").await.status, 200);
}
