//! Out of file descriptors, the server waits and then serves on; a process of its own, since the limit is the process's.

use std::{sync::Arc, time::Duration};

use nix::sys::resource::{Resource, setrlimit};
use termometro::http::{
    Answer, Endpoint, Limits,
    server::{serve::serve, site::Site},
};
use tokio::net::{TcpListener, TcpStream};

use crate::{client::Client, kit::alone::alone};

#[test]
fn the_accept_loop_survives_running_out_of_descriptors() {
    alone("rim::descriptors::the_accept_loop_survives_running_out_of_descriptors", || {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(run_out());
    });
}

async fn run_out() {
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
    let client = Client::of_undocumented(address);
    let answer = tokio::time::timeout(Duration::from_secs(5), client.get("/alive")).await.unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (200, "yes"));
}
