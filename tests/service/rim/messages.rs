//! Messages that mean to deceive, and ids that mean to help.

use tokio::io::AsyncWriteExt;

use super::support::Server;
use crate::client::{Answer, message, read};

/// A second request hidden behind the first; its answer must never be seen.
const SMUGGLED: &str = "GET /v1/things/7 HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n";

/// What comes before the server closes, if anything does.
async fn sent(server: &Server, message: &[u8]) -> Answer {
    let mut socket = server.connect().await;
    let _ = socket.write_all(message).await;
    read(&mut socket).await
}

#[tokio::test]
async fn a_smuggled_request_is_never_answered() {
    let server = Server::start().await;
    for headers in [
        "host: t\r\ncontent-length: -1\r\n",
        "host: t\r\ncontent-length: +5\r\n",
        "host: t\r\ncontent-length: 99999999999999999999999\r\n",
        "host: t\r\ncontent-length: 3\r\ncontent-length: 4\r\n",
        "host: t\r\ntransfer-encoding: xchunked\r\n",
        "host: t\r\ntransfer-encoding: gzip, chunked\r\n",
        "host: t\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n",
        "host: t\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n",
        "content-length: 0\r\n",
        "host: t\r\nhost: u\r\ncontent-length: 0\r\n",
        "host: t\r\nhost : u\r\n",
        "host: t\r\n folded: x\r\n",
    ] {
        let message = format!("POST /v1/things/1 HTTP/1.1\r\n{headers}\r\n0\r\n\r\n{SMUGGLED}");
        let response = sent(&server, message.as_bytes()).await;
        assert!(!response.body.contains("thing 7"), "{headers:?}: {response:?}");
        assert_ne!(response.status, 500, "{headers:?}: {response:?}");
    }
}

#[tokio::test]
async fn a_host_is_needed_once() {
    let server = Server::start().await;
    sent(&server, b"GET /v1/things HTTP/1.1\r\n\r\n").await.problem(400, "bad_request");
    server.ask("GET", "/v1/things", "host: a\r\nhost: b\r\n", None).await.problem(400, "bad_request");
    assert_eq!(sent(&server, b"GET /v1/things HTTP/1.0\r\n\r\n").await.status, 200);
}

#[tokio::test]
async fn a_target_is_a_path_or_a_whole_uri() {
    let server = Server::start().await;
    for target in ["evil.example:80", "evil", "t:80", "*", "[::1]:80", "127.0.0.1"] {
        for method in ["GET", "HEAD", "POST"] {
            let answer = sent(&server, format!("{method} {target} HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).await;
            assert_eq!((answer.status, answer.header("connection")), (400, Some("close")), "{method} {target}: {answer:?}");
        }
    }
    for (message, status) in [
        ("GET http://t/v1/things HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n", 200),
        ("OPTIONS * HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n", 204),
        ("CONNECT t:80 HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n", 405),
    ] {
        assert_eq!(sent(&server, message.as_bytes()).await.status, status, "{message}");
    }
    let metrics = server.get("/metrics").await.body;
    assert!(
        !metrics.lines().any(|line| line.starts_with("http_panics_total") && !line.ends_with(" 0") && line.contains("unrouted")),
        "{metrics}"
    );
}

#[tokio::test]
async fn a_host_is_a_name_or_an_address() {
    let server = Server::start().await;
    for host in ["a b", "u@evil/..?#", "a,b", "[::1", ":80", "a:b", "á"] {
        let answer = sent(&server, format!("GET /v1/things HTTP/1.1\r\nhost: {host}\r\n\r\n").as_bytes()).await;
        assert_eq!(answer.status, 400, "{host}: {answer:?}");
    }
    for host in ["a.example", "localhost:8080", "127.0.0.1", "[::1]:80", ""] {
        let message = format!("GET /v1/things HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        assert_eq!(sent(&server, message.as_bytes()).await.status, 200, "{host}");
    }
}

#[tokio::test]
async fn whoever_takes_no_coding_there_is_gets_a_problem() {
    let server = Server::start().await;
    for codings in ["identity;q=0", "*;q=0", "identity;q=0, deflate", "gzip;q=0, identity;q=0, br;q=0"] {
        let answer = server.ask("GET", "/openapi.json", &format!("accept-encoding: {codings}\r\n"), None).await;
        answer.problem(406, "not_acceptable");
        assert_eq!((answer.header("etag"), answer.header("cache-control")), (None, Some("no-store")), "{codings}");
    }
    for codings in ["identity", "gzip", "*", "identity;q=0, gzip", "deflate", "br;q=0"] {
        let answer = server.ask("GET", "/openapi.json", &format!("accept-encoding: {codings}\r\n"), None).await;
        assert_eq!(answer.status, 200, "{codings}");
    }
}

#[tokio::test]
async fn metrics_are_for_this_machine() {
    let server = Server::start().await;
    assert_eq!(server.get("/metrics").await.status, 200);
    let passed_on = server.ask("GET", "/metrics", "x-forwarded-for: 198.51.100.7\r\n", None).await;
    passed_on.problem(403, "forbidden");
}

#[tokio::test]
async fn only_chunked_may_code_the_transfer() {
    let server = Server::start().await;
    let response = server
        .ask("POST", "/v1/things/1", "transfer-encoding: gzip, chunked\r\nconnection: keep-alive\r\n", Some("0\r\n\r\n"))
        .await;
    response.problem(501, "unsupported_transfer_coding");
    assert_eq!(response.header("connection"), Some("close"));
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let server = Server::start().await;
    let one = message("GET", "/v1/sleep/50", "connection: keep-alive\r\n", None);
    let all = sent(&server, &[&one, SMUGGLED.as_bytes()].concat()).await.body;
    assert!(all.starts_with("slept") && all.ends_with("\"thing 7 for 127.0.0.1\""), "{all}");
}

#[tokio::test]
async fn http2_and_tls_are_not_spoken_here() {
    let server = Server::start().await;
    for greeting in [&b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..], b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"] {
        let response = sent(&server, greeting).await;
        assert!(response.status == 0 || response.status == 400, "{response:?}");
    }
    assert_eq!(server.get("/v1/things").await.status, 200);
}

#[tokio::test]
async fn too_much_head_is_refused() {
    let server = Server::start().await;
    let big = format!("x: {}\r\n", "a".repeat(20_000));
    assert_eq!(server.ask("GET", "/v1/things", &big, None).await.status, 431);
    let many: String = (0..65).map(|number| format!("x-{number}: 1\r\n")).collect();
    assert_eq!(server.ask("GET", "/v1/things", &many, None).await.status, 431);
    let long = format!("/v1/things?name={}", "a".repeat(10_000));
    server.get(&long).await.problem(414, "uri_too_long");
}

#[tokio::test]
async fn a_request_id_is_kept_when_harmless() {
    let server = Server::start().await;
    assert_eq!(
        server.ask("GET", "/nope", "x-request-id: abc.1\r\n", None).await.problem(404, "route_not_found")["request_id"],
        "client:abc.1"
    );
    for bad in ["a b", "<script>", &"x".repeat(65), "\u{f1}"] {
        let response = server.ask("GET", "/v1/things", &format!("x-request-id: {bad}\r\n"), None).await;
        assert!(!response.header("x-request-id").unwrap().starts_with("client:"), "{bad}");
    }
}

#[tokio::test]
async fn the_peer_is_the_socket_whatever_headers_say() {
    let server = Server::start().await;
    let forged = "x-forwarded-for: 10.9.8.7\r\nforwarded: for=10.9.8.7\r\nx-real-ip: 10.9.8.7\r\n";
    assert_eq!(server.ask("GET", "/v1/things/2", forged, None).await.body, "\"thing 2 for 127.0.0.1\"");
}
