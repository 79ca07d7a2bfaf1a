//! The edge: what is true of every request, then the socket. Own accept loop: warp's sets no timer and never ends a slow drain.

use std::{future::Future, sync::Arc, time::Duration};

use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{net::TcpListener, sync::Semaphore};
use tower::ServiceBuilder;
use tower_http::{
    compression::{CompressionLayer, predicate::SizeAbove},
    cors::{Any as AnyOrigin, CorsLayer},
};
use warp::{
    filters::BoxedFilter,
    http::{HeaderName, Method, header},
    reply::Response,
};

use super::{access, limits::Limits};

const COMPRESS_ABOVE_BYTES: u64 = 1_024;
/// Between two attempts when the process is out of file descriptors: let some connections close.
const ACCEPT_RETRY: Duration = Duration::from_millis(50);

pub async fn serve(listener: TcpListener, routes: BoxedFilter<(Response,)>, limits: Limits, shutdown: impl Future<Output = ()>) {
    let service = ServiceBuilder::new()
        .layer(CompressionLayer::new().compress_when(SizeAbove::new(COMPRESS_ABOVE_BYTES)))
        .layer(cors())
        .layer(access::Access)
        .service(warp::service(routes));
    let service = TowerToHyperService::new(service);
    let mut server = hyper::server::conn::http1::Builder::new();
    server
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(limits.header_read_timeout_ms))
        .max_buf_size(limits.header_buffer_bytes_max)
        .max_headers(limits.headers_max);
    let connections = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(limits.connections_max));
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = &mut shutdown => break,
        };
        let Some((socket, place)) = accepted else { continue };
        let connection = server.serve_connection(TokioIo::new(socket), service.clone());
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            // A connection that ends badly is the client's affair; what matters was logged with its request.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    let deadline = Duration::from_millis(limits.shutdown_timeout_ms);
    if tokio::time::timeout(deadline, connections.shutdown()).await.is_err() {
        tracing::warn!("drain deadline: closing connections that are still busy");
    }
}

/// Takes a place first: beyond the cap, clients wait in the kernel's queue instead of in our memory.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(tokio::net::TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let place = places.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((socket, _)) => {
            let _ = socket.set_nodelay(true);
            Some((socket, place))
        }
        Err(error) => {
            tracing::warn!(%error, "accept failed");
            tokio::time::sleep(ACCEPT_RETRY).await;
            None
        }
    }
}

fn cors() -> CorsLayer {
    let exposed = ["etag", "link", "retry-after", "x-request-id"].map(HeaderName::from_static);
    CorsLayer::new()
        .allow_origin(AnyOrigin)
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::OPTIONS])
        .allow_headers([header::CONTENT_TYPE, header::ACCEPT, header::ACCEPT_LANGUAGE, header::IF_NONE_MATCH])
        .expose_headers(exposed)
        .max_age(Duration::from_secs(3_600))
}
