//! The whole site and what the edge needs of it, built from one list of endpoints.

use std::sync::Arc;

use warp::filters::BoxedFilter;

use crate::http::{
    Endpoint, Limits,
    access::rate_limit::ClientLimiter,
    base::answer::Response,
    cache::AnswerCache,
    routing::{path_headers_table::PathHeadersTable, router::router},
};

/// Whether requests wait for a connection to the database.
pub type QueueCheck = Arc<dyn Fn() -> bool + Send + Sync>;

pub struct Site {
    pub routes: BoxedFilter<(Response,)>,
    pub headers: Arc<PathHeadersTable>,
    /// Asked before the routes.
    pub cache: Option<Arc<AnswerCache>>,
    /// Counts each client's requests.
    pub limiter: Option<Arc<ClientLimiter>>,
    /// The scheme and host for absolute addresses; without it, those that the client used.
    pub public_origin: Option<Arc<str>>,
    /// Whether `/metrics` has a listener of its own, and is not answered here.
    pub metrics_elsewhere: bool,
    /// Without it, whoever comes back too early is let in like everybody else.
    pub is_queueing: Option<QueueCheck>,
}

impl Site {
    /// Without a cache, and for as many requests as anybody likes.
    ///
    /// # Panics
    /// When two templates could be mistaken for each other: a fault in the source.
    pub fn new<S: Clone + Send + Sync + 'static>(state: S, endpoints: Vec<Endpoint<S>>, limits: Arc<Limits>) -> Self {
        let headers = Arc::new(PathHeadersTable::new(&endpoints));
        let routes = router(state, endpoints, limits);
        Self { routes, headers, cache: None, limiter: None, public_origin: None, metrics_elsewhere: false, is_queueing: None }
    }
}
