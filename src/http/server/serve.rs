//! The accept loop: a limit on each connection, and a graceful shutdown.

use std::{future::Future, net::SocketAddr, sync::Arc, time::Duration};

use ::metrics::Gauge;
use hyper::{
    Request,
    body::{Body, Incoming},
    server::conn::http1,
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use socket2::SockRef;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::OwnedSemaphorePermit,
    task::JoinSet,
};
use tower::ServiceBuilder;
use tower_http::{
    CompressionLevel,
    compression::{
        CompressionLayer,
        predicate::{NotForContentType, Predicate, SizeAbove},
    },
};

use super::{
    connection_slots::ConnectionSlots,
    edge::{Connection, Edge, Routed, mark_compressed},
    paced_writer::PacedWriter,
    site::Site,
};
use crate::http::{
    Limits,
    access::{
        fair_share::{FairShare, Share},
        rate_limit::ClientLimiter,
    },
    base::{answer::SentAsStored, media_type::PARQUET, metrics},
    cache::CacheService,
};

/// Out of file descriptors, most likely: time for some to close.
const ACCEPT_RETRY: Duration = Duration::from_millis(50);
/// Cheap enough to do while the client waits.
const COMPRESSION_QUALITY: i32 = 4;

/// Serves until `shutdown` is done and then, at most for the drain timeout, until the last request is.
pub async fn serve(listener: TcpListener, site: Site, limits: Arc<Limits>, shutdown: impl Future<Output = ()>) {
    let Site { routes, headers, cache, limiter, public_origin, metrics_elsewhere, is_queueing } = site;
    let routes = CacheService::new(cache, warp::service(routes));
    let edge = Edge::new(routes, headers, limits.clone(), limiter.clone(), (public_origin, metrics_elsewhere), is_queueing);
    let server = Server::new(edge, limiter, limits.clone());
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut upkeep = tokio::time::interval(metrics::UPKEEP_INTERVAL);
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        tokio::select! {
            (socket, peer, permit) = next(&listener, &server.slots) => {
                if let Some(share) = server.share(peer) {
                    connections.spawn(server.connection(socket, peer, Slot { _share: share, _permit: permit }, &graceful));
                }
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
async fn next(listener: &TcpListener, slots: &ConnectionSlots) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    let permit = slots.acquire().await;
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

/// What a connection holds. Fields are dropped in this order: the share is given back before the next socket is taken,
/// which would else find no share left and be closed unanswered.
struct Slot {
    _share: Share,
    _permit: OwnedSemaphorePermit,
}

struct Server<Routes> {
    edge: Arc<Edge<Routes>>,
    limiter: Option<Arc<ClientLimiter>>,
    limits: Arc<Limits>,
    slots: Arc<ConnectionSlots>,
    /// The same slots, by client.
    sockets: Arc<FairShare>,
    http: http1::Builder,
    open: Gauge,
}

impl<Routes: Routed<Incoming>> Server<Routes> {
    fn new(edge: Edge<Routes>, limiter: Option<Arc<ClientLimiter>>, limits: Arc<Limits>) -> Server<Routes> {
        let _ = metrics::recorder();
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(limits.header_read_timeout());
        http.max_buf_size(limits.header_bytes_max).max_headers(limits.headers_max);
        let slots = ConnectionSlots::new(limits.connections_max);
        let sockets = FairShare::new(limits.connections_max);
        let open = ::metrics::gauge!("http_connections_open");
        Server { edge: Arc::new(edge), limiter, limits, slots, sockets, http, open }
    }

    /// `None`: this client has as many sockets as one may have, and this one is closed.
    fn share(&self, peer: SocketAddr) -> Option<Share> {
        let network = match &self.limiter {
            Some(limiter) => limiter.clients.network_of_socket(peer),
            None => None,
        };
        let share = self.sockets.acquire(network, 1).ok();
        if share.is_none() {
            ::metrics::counter!("http_connections_refused_total").increment(1);
        }
        share
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
        slot: Slot,
        graceful: &GracefulShutdown,
    ) -> impl Future<Output = ()> + Send + use<Routes> {
        // Only matters of speed, and of where an answer waits: here, where a slow reader is noticed, and not in the system's memory.
        let _ = socket.set_nodelay(true);
        let _ = SockRef::from(&socket).set_tcp_notsent_lowat(UNSENT_BYTES);
        let (edge, of_request) = (self.edge.clone(), Connection::of(peer, self.slots.clone()));
        let service = ServiceBuilder::new()
            .map_response(mark_compressed)
            .layer(compression(self.limits.compression_bytes_min))
            .service_fn(move |request: Request<Incoming>| edge.clone().answer(of_request.clone(), request));
        // No answer is held in memory for ever for a reader who takes nothing.
        let (grace, rate) = (self.limits.write_stall_timeout(), self.limits.answer_rate_min_bytes_per_s);
        // The system would go on sending what it has already taken, some megabytes, for as long as the client likes.
        let give_up = |socket: &TcpStream| drop(socket.set_zero_linger());
        let socket = PacedWriter::new(socket, give_up, grace, rate);
        let socket = TokioIo::new(socket);
        let connection = graceful.watch(self.http.serve_connection(socket, TowerToHyperService::new(service)));
        let counted = Counted::new(self.open.clone());
        async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "server: connection failed");
            }
            drop((counted, slot));
        }
    }
}

/// The system takes no more of an answer while so much of it is not yet on its way; what is on its way is bounded by the network alone.
const UNSENT_BYTES: u32 = 128 * 1024;

/// Counts a connection as open until it is dropped, also when its task panics.
struct Counted(Gauge);

impl Counted {
    fn new(open: Gauge) -> Self {
        open.increment(1.0);
        Self(open)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

#[derive(Clone)]
struct NotAsStored;

impl Predicate for NotAsStored {
    fn should_compress<B: Body>(&self, response: &hyper::Response<B>) -> bool {
        response.extensions().get::<SentAsStored>().is_none()
    }
}

fn compression(bytes_min: u64) -> CompressionLayer<impl Predicate> {
    // Parquet is compressed within.
    let worth_it =
        SizeAbove::new(bytes_min).and(NotForContentType::IMAGES).and(NotForContentType::const_new(PARQUET)).and(NotAsStored);
    CompressionLayer::new().quality(CompressionLevel::Precise(COMPRESSION_QUALITY)).compress_when(worth_it)
}
