//! Connections: slow, many, broken, and ending.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use termometro::http::Limits;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

use super::support::{Server, quick};
use crate::client::{Client, message, read};

const KEPT: &str = "connection: keep-alive\r\n";

#[tokio::test]
async fn slow_headers_and_idle_connections_are_closed() {
    let server = Server::start().await;
    let start = Instant::now();
    let mut slow = server.connect().await;
    slow.write_all(b"GET /v1/things HTTP/1.1\r\nhost: t\r\n").await.unwrap();
    let mut silent = server.connect().await;
    let mut idle = server.connect().await;
    idle.write_all(&message("GET", "/v1/things/1", KEPT, None)).await.unwrap();
    for socket in [&mut slow, &mut silent, &mut idle] {
        let _ = read(socket).await;
    }
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_panic_is_500_and_nobody_else_notices() {
    let server = Server::start().await;
    let mut other = server.connect().await;
    other.write_all(&message("GET", "/v1/sleep/300", "", None)).await.unwrap();
    let mut same = server.connect().await;
    let twice = [message("GET", "/v1/panic", KEPT, None), message("GET", "/v1/things/1", "", None)].concat();
    same.write_all(&twice).await.unwrap();
    let both = read(&mut same).await;
    assert_eq!(both.status, 500);
    assert!(both.body.contains("thing 1"), "the connection lives on");
    let problem = server.get("/v1/panic").await.problem(500, "internal");
    assert!(!problem.to_string().contains("secret"));
    assert_eq!(read(&mut other).await.body, "slept");
}

#[tokio::test]
async fn a_slow_handler_is_503() {
    let server = Server::with(Limits { request_timeout_ms: 100, ..quick() }).await;
    let response = server.get("/v1/sleep/5000").await;
    response.problem(503, "timed_out");
    assert!(response.header("retry-after").is_some());
}

#[tokio::test]
async fn requests_over_the_limit_are_told_to_come_back() {
    let server = Server::with(Limits { requests_in_flight_max: 1, ..quick() }).await;
    let mut first = server.connect().await;
    first.write_all(&message("GET", "/v1/sleep/300", "", None)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let refused = server.get("/v1/things").await;
    refused.problem(503, "overloaded");
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(read(&mut first).await.status, 200);
    assert_eq!(server.get("/v1/things").await.status, 200);
}

#[tokio::test]
async fn who_comes_back_too_early_leaves_the_queue_to_others() {
    let server = Server::with(Limits { requests_in_flight_max: 1, ..quick() }).await;
    let mut first = server.connect().await;
    first.write_all(&message("GET", "/v1/sleep/300", "", None)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    server.get("/v1/things").await.problem(503, "overloaded");
    let first_refusal = Instant::now();
    assert_eq!(read(&mut first).await.status, 200, "the one place is free again");

    assert_eq!(server.get("/v1/things").await.status, 200, "with nobody waiting all are let in");
    server.state.queueing.store(true, Ordering::Relaxed);
    server.get("/v1/things").await.problem(503, "overloaded");
    let again = Instant::now();
    assert!(again - first_refusal < Duration::from_secs(1), "too slow a machine for this test: {:?}", again - first_refusal);
    assert_eq!(server.get("/healthz").await.status, 200);
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let mut other = socket.connect(server.address).await.unwrap();
    other.write_all(&message("GET", "/v1/things", "", None)).await.unwrap();
    assert_eq!(read(&mut other).await.status, 200, "another address was not refused");

    tokio::time::sleep_until((again + Duration::from_millis(1_050)).into()).await;
    assert_eq!(server.get("/v1/things").await.status, 200, "it waited");
}

#[tokio::test]
async fn connections_over_the_cap_wait_their_turn() {
    let server = Server::with(Limits { connections_max: 2, ..quick() }).await;
    let mut held = Vec::new();
    for _ in 0..2 {
        held.push(server.connect().await);
    }
    let start = Instant::now();
    assert_eq!(server.get("/v1/things").await.status, 200);
    assert!(start.elapsed() > Duration::from_millis(200), "it was served beside two others: {:?}", start.elapsed());
}

/// A slot is free again at one moment: a socket that was let in is never closed for want of what the one before has not yet given back.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_crowd_at_the_cap_is_answered_to_the_last() {
    let server = Server::with(Limits { connections_max: 4, ..quick() }).await;
    let address = server.address;
    let people: Vec<_> = (0..64)
        .map(|_| {
            tokio::spawn(async move {
                let client = Client::of_undocumented(address);
                for _ in 0..40 {
                    assert_eq!(client.get("/healthz").await.status, 200);
                }
            })
        })
        .collect();
    for person in people {
        person.await.unwrap();
    }
}

#[tokio::test]
async fn who_is_refused_again_and_again_is_made_to_wait() {
    let server = Server::with(Limits { requests_in_flight_max: 1, ..quick() }).await;
    let mut first = server.connect().await;
    first.write_all(&message("GET", "/v1/sleep/1800", "", None)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut impatient = server.connect().await;
    let start = Instant::now();
    for (refusals, at_least_ms) in [(1, 0), (2, 0), (3, 1_000)] {
        impatient.write_all(&message("GET", "/v1/things", KEPT, None)).await.unwrap();
        let mut head = vec![0; 4096];
        let bytes = impatient.read(&mut head).await.unwrap();
        assert!(head[..bytes].starts_with(b"HTTP/1.1 503"), "{refusals}");
        let spent = start.elapsed();
        assert!(spent >= Duration::from_millis(at_least_ms) && (refusals == 3 || spent < Duration::from_secs(1)), "{spent:?}");
    }
    assert_eq!(server.get("/healthz").await.status, 200, "others do not wait");
    assert_eq!(read(&mut first).await.status, 200);
}

#[tokio::test]
async fn a_reader_who_takes_nothing_is_dropped() {
    let server = Server::start().await;
    let mut socket = server.connect().await;
    socket.write_all(&message("GET", "/v1/big/30000", KEPT, None)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let mut bytes = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(5), socket.read_to_end(&mut bytes)).await.expect("closed");
    assert!(bytes.len() < 30_000 * 1024, "the whole answer came: {}", bytes.len());
}

#[tokio::test]
async fn shutdown_finishes_what_is_quick_and_cuts_what_is_not() {
    let server = Server::with(Limits { request_timeout_ms: 60_000, header_read_timeout_ms: 30_000, ..quick() }).await;
    let client = Client::of_undocumented(server.address);
    let ask = async |ms: u32| {
        let mut socket = client.connect().await;
        socket.write_all(&message("GET", &format!("/v1/sleep/{ms}"), KEPT, None)).await.unwrap();
        socket
    };
    let mut idle = ask(0).await;
    let (mut quick, mut slow) = (ask(300).await, ask(30_000).await);
    tokio::time::sleep(Duration::from_millis(100)).await;
    let start = Instant::now();
    let ended = server.stop();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(TcpStream::connect(client.address).await.is_err(), "new connections are refused");
    assert_eq!(read(&mut idle).await.status, 200, "idle connections are closed");
    assert_eq!(read(&mut quick).await.status, 200);
    ended.await.unwrap();
    assert!(start.elapsed() < Duration::from_millis(1500), "{:?}", start.elapsed());
    let mut nothing = Vec::new();
    let _ = slow.read_to_end(&mut nothing).await;
    assert!(nothing.is_empty());
}

#[tokio::test]
async fn shutdown_does_not_wait_when_there_is_nothing_to_wait_for() {
    let server = Server::with(Limits { drain_timeout_ms: 30_000, ..quick() }).await;
    assert_eq!(server.get("/v1/things").await.status, 200);
    let start = Instant::now();
    server.stop().await.unwrap();
    assert!(start.elapsed() < Duration::from_millis(500), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_client_who_leaves_is_counted_and_its_work_stopped() {
    let server = Server::start().await;
    let mut socket = server.connect().await;
    socket.write_all(&message("GET", "/v1/sleep/1900", KEPT, None)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    drop(socket);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(server.get("/metrics").await.body.contains("http_requests_abandoned_total"));
}
