//! Everything that is served: the routes, and the headers that each of their paths has.

use std::sync::Arc;

use warp::filters::BoxedFilter;

use super::{Endpoint, Limits, path_headers_table::PathHeadersTable, reply::Response, router::router};

pub struct Site {
    pub routes: BoxedFilter<(Response,)>,
    pub headers: Arc<PathHeadersTable>,
}

impl Site {
    /// # Panics
    /// When two templates could be mistaken for each other: a fault in the source.
    pub fn new<S: Clone + Send + Sync + 'static>(state: S, endpoints: Vec<Endpoint<S>>, limits: Arc<Limits>) -> Self {
        let headers = Arc::new(PathHeadersTable::new(&endpoints));
        Self { routes: router(state, endpoints, limits), headers }
    }
}
