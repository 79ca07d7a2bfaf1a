//! The accept loop: a limit on each connection, and a graceful shutdown.

use std::{future::Future, net::SocketAddr, sync::Arc, time::Duration};

use ::metrics::Gauge;
use hyper::{Request, body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
};
use tokio_io_timeout::TimeoutWriter;
use tower::ServiceBuilder;
use tower_http::{
    CompressionLevel,
    compression::{
        CompressionLayer,
        predicate::{NotForContentType, Predicate, SizeAbove},
    },
};

use super::{
    edge::{Edge, Routed, mark_compressed},
    site::Site,
};
use crate::http::{
    Limits,
    access::rate_limit::ClientLimiter,
    base::{media_type::PARQUET, metrics},
    cache::CacheService,
};

/// Out of file descriptors, most likely: time for some to close.
const ACCEPT_RETRY: Duration = Duration::from_millis(50);
/// Cheap enough to do while the client waits.
const COMPRESSION_QUALITY: i32 = 4;

/// Serves until `shutdown` is done and then, at most for the drain timeout, until the last request is.
pub async fn serve(listener: TcpListener, site: Site, limits: Arc<Limits>, shutdown: impl Future<Output = ()>) {
    let Site { routes, headers, cache, limiter } = site;
    let routes = CacheService::new(cache, warp::service(routes));
    let server = Server::new(Edge::new(routes, headers, limits.clone(), limiter.clone()), limiter, limits.clone());
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut upkeep = tokio::time::interval(metrics::UPKEEP_INTERVAL);
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        tokio::select! {
            (socket, peer, permit) = next(&listener, &server.slots) => {
                connections.spawn(server.connection(socket, peer, permit, &graceful));
            }
            Some(_) = connections.join_next() => {}
            _ = upkeep.tick() => server.upkeep(),
            () = &mut shutdown => break,
        }
    }
    drop(listener);
    let open = connections.len();
    tracing::info!(open, "server: shutting down, no new connections");
    if tokio::time::timeout(limits.drain_timeout(), graceful.shutdown()).await.is_err() {
        tracing::warn!("server: drain timeout, closing busy connections");
    }
    connections.shutdown().await;
}

/// The next socket, once there is room for it. Safe to drop at any point: a socket is never taken and lost.
async fn next(listener: &TcpListener, slots: &Arc<Semaphore>) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    let permit = slots.clone().acquire_owned().await.expect("the semaphore is never closed");
    loop {
        match listener.accept().await {
            Ok((socket, peer)) => return (socket, peer, permit),
            Err(error) => {
                tracing::warn!(%error, "server: connection could not be accepted");
                tokio::time::sleep(ACCEPT_RETRY).await;
            }
        }
    }
}

struct Server<Routes> {
    edge: Arc<Edge<Routes>>,
    limiter: Option<Arc<ClientLimiter>>,
    limits: Arc<Limits>,
    slots: Arc<Semaphore>,
    http: http1::Builder,
    open: Gauge,
}

impl<Routes: Routed<Incoming>> Server<Routes> {
    fn new(edge: Edge<Routes>, limiter: Option<Arc<ClientLimiter>>, limits: Arc<Limits>) -> Server<Routes> {
        let _ = metrics::recorder();
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(limits.header_read_timeout());
        http.max_buf_size(limits.header_bytes_max).max_headers(limits.headers_max);
        let slots = Arc::new(Semaphore::new(limits.connections_max));
        let open = ::metrics::gauge!("http_connections_open");
        Server { edge: Arc::new(edge), limiter, limits, slots, http, open }
    }

    fn upkeep(&self) {
        metrics::recorder().run_upkeep();
        if let Some(limiter) = &self.limiter {
            limiter.evict_idle();
        }
    }

    /// The life of one connection, as a future to spawn; it holds its slot to the end.
    fn connection(
        &self,
        socket: TcpStream,
        peer: SocketAddr,
        slot: OwnedSemaphorePermit,
        graceful: &GracefulShutdown,
    ) -> impl Future<Output = ()> + Send + use<Routes> {
        let _ = socket.set_nodelay(true); // only a matter of speed
        let edge = self.edge.clone();
        let service = ServiceBuilder::new()
            .map_response(mark_compressed)
            .layer(compression(self.limits.compression_bytes_min))
            .service_fn(move |request: Request<Incoming>| edge.clone().answer(peer, request));
        // No answer is held in memory for ever for a reader who takes nothing.
        let mut socket = TimeoutWriter::new(socket);
        socket.set_timeout(Some(self.limits.write_stall_timeout()));
        let socket = TokioIo::new(Box::pin(socket));
        let connection = graceful.watch(self.http.serve_connection(socket, TowerToHyperService::new(service)));
        let open = self.open.clone();
        async move {
            open.increment(1.0);
            if let Err(error) = connection.await {
                tracing::debug!(%error, "server: connection failed");
            }
            open.decrement(1.0);
            drop(slot);
        }
    }
}

fn compression(bytes_min: u64) -> CompressionLayer<impl Predicate> {
    // Parquet is compressed within.
    let worth_it = SizeAbove::new(bytes_min).and(NotForContentType::IMAGES).and(NotForContentType::const_new(PARQUET));
    CompressionLayer::new().quality(CompressionLevel::Precise(COMPRESSION_QUALITY)).compress_when(worth_it)
}
