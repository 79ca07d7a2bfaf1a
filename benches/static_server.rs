//! A bare hyper server that answers every request with one body from memory: the measure for answers that need no database.
//!
//! `cargo bench --bench static_server -- --port 9000 --body FILE`. Without `--port` it does nothing.
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::convert::Infallible;

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Response, header, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let after = |name: &str| arguments.iter().position(|one| one == name).and_then(|at| arguments.get(at + 1).cloned());
    let Some(port) = after("--port") else {
        println!("static_server: skipped, no --port");
        return;
    };
    let body = Bytes::from(std::fs::read(after("--body").unwrap()).unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(serve(port.parse().unwrap(), body));
}

async fn serve(port: u16, body: Bytes) {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    loop {
        let (socket, _) = listener.accept().await.unwrap();
        socket.set_nodelay(true).unwrap();
        let body = body.clone();
        tokio::spawn(async move {
            let answer = service_fn(move |_| {
                let body = body.clone();
                async move {
                    let answer = Response::builder().header(header::CONTENT_TYPE, "application/json");
                    Ok::<_, Infallible>(answer.body(Full::new(body)).unwrap())
                }
            });
            // A client that goes away is no fault.
            let _ = http1::Builder::new().pipeline_flush(true).serve_connection(TokioIo::new(socket), answer).await;
        });
    }
}
