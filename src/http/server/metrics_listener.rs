//! `/metrics` on a listener of its own: nothing else is answered there, and no limit of the public service stands in its way.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Method, Request, Response, StatusCode,
    body::Incoming,
    header::{self, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use ipnet::IpNet;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{sleep, timeout},
};

use crate::http::base::metrics;

const CONNECTIONS_MAX: usize = 16;
const HEADER_WAIT: Duration = Duration::from_secs(5);
/// For a connection, which has one answer.
const CONNECTION_WAIT: Duration = Duration::from_secs(15);
const ACCEPT_RETRY: Duration = Duration::from_millis(50);

/// As long as the service runs. Who reaches the listener may read, but where networks are named: then this machine and they alone.
pub async fn serve(listener: TcpListener, operators: Vec<IpNet>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        match listener.accept().await {
            Ok((socket, peer)) => {
                let may_read = may_read(peer, &operators);
                tokio::spawn(async move {
                    // Who is slower than that asks again.
                    let _ = timeout(CONNECTION_WAIT, connection(socket, may_read)).await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "server: connection for the metrics could not be accepted");
                sleep(ACCEPT_RETRY).await;
            }
        }
    }
}

fn may_read(peer: SocketAddr, operators: &[IpNet]) -> bool {
    let address = peer.ip().to_canonical();
    operators.is_empty() || address.is_loopback() || operators.iter().any(|network| network.contains(&address))
}

async fn connection(socket: TcpStream, may_read: bool) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADER_WAIT).keep_alive(false);
    let service = service_fn(move |request: Request<Incoming>| async move { Ok::<_, Infallible>(answer(&request, may_read)) });
    if let Err(error) = http.serve_connection(TokioIo::new(socket), service).await {
        tracing::debug!(%error, "server: connection for the metrics failed");
    }
}

fn answer<B>(request: &Request<B>, may_read: bool) -> Response<Full<Bytes>> {
    let (status, media_type, text) = match (request.uri().path(), request.method()) {
        _ if !may_read => (StatusCode::FORBIDDEN, "text/plain", "forbidden\n".to_owned()),
        ("/metrics", &Method::GET | &Method::HEAD) => (StatusCode::OK, metrics::MEDIA_TYPE, metrics::recorder().render()),
        ("/metrics", _) => (StatusCode::METHOD_NOT_ALLOWED, "text/plain", "GET or HEAD\n".to_owned()),
        _ => (StatusCode::NOT_FOUND, "text/plain", "only /metrics is here\n".to_owned()),
    };
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_networks_are_named_they_and_this_machine_may_read() {
        let peer = |text: &str| text.parse::<SocketAddr>().unwrap();
        let networks = ["10.1.0.0/16".parse::<IpNet>().unwrap()];
        for (address, named, open) in [
            ("127.0.0.1:5", true, true),
            ("[::1]:5", true, true),
            ("[::ffff:10.1.2.3]:5", true, true),
            ("10.1.2.3:5", true, true),
            ("10.2.2.3:5", false, true),
        ] {
            assert_eq!((may_read(peer(address), &networks), may_read(peer(address), &[])), (named, open), "{address}");
        }
    }
}
