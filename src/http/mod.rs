//! The rim: requests in, answers out. Handlers return an answer or a problem, never a rejection.
pub mod access;
pub mod api;
pub mod asked;
pub mod csv;
pub mod language;
pub mod limits;
pub mod operations;
pub mod page;
pub mod problem;
pub mod reply;
pub mod request;
pub mod router;
pub mod serve;
pub mod wire;

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};

use crate::read_model::ReadModel;
use warp::filters::BoxedFilter;

/// The only source of "now" that handlers have.
pub type Now = Arc<dyn Fn() -> (Timestamp, Date) + Send + Sync>;

/// What handlers may use.
#[derive(Clone)]
pub struct App {
    pub read_model: ReadModel,
    pub clock: Now,
    /// Metrics as Prometheus text, when they are recorded.
    pub metrics: Arc<dyn Fn() -> String + Send + Sync>,
    pub document: Arc<str>,
}

impl App {
    pub fn now(&self) -> Timestamp {
        (self.clock)().0
    }

    /// Today in America/Bogota.
    pub fn today(&self) -> Date {
        (self.clock)().1
    }
}

/// Everything that is served, as one filter.
pub fn routes(app: App, limits: limits::Limits) -> BoxedFilter<(reply::Response,)> {
    let mut endpoints = api::endpoints();
    endpoints.extend(operations::endpoints());
    router::router(app, endpoints, limits)
}
