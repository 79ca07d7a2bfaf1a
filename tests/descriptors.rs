//! Out of file descriptors, the server waits and then serves on; a process of its own, since the limit is the process's.

use std::{sync::Arc, time::Duration};

use nix::sys::resource::{Resource, setrlimit};
use termometro::http::{Answer, Endpoint, Limits, serve::serve, site::Site};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

#[tokio::test]
async fn the_accept_loop_survives_running_out_of_descriptors() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let endpoint = Endpoint::plain(hyper::Method::GET, "/alive", |(), _| async { Ok(Answer::text("yes")) });
    let limits = Arc::new(Limits { header_read_timeout_ms: 60_000, ..Limits::default() });
    let site = Site::new((), vec![endpoint], limits.clone());
    tokio::spawn(serve(listener, site, limits, std::future::pending()));
    setrlimit(Resource::RLIMIT_NOFILE, 64, 64).unwrap();
    let mut clients = Vec::new();
    while let Ok(client) = TcpStream::connect(address).await {
        clients.push(client); // both ends are in this process, so the server runs out too
        assert!(clients.len() < 100, "the limit does not hold");
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    clients.clear();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(b"GET /alive HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    tokio::time::timeout(Duration::from_secs(5), socket.read_to_string(&mut answer)).await.unwrap().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("yes"), "{answer}");
}
