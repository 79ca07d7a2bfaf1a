//! The HTTP rim: everything that is true of every request, before any operation of the domain is named.
//!
//! Invariant: a route is chosen by path and method alone; whatever follows is a `Result<_, Problem>`, never a rejection.
pub mod access;
pub(crate) mod annotated;
pub mod api;
pub mod app;
pub mod base;
pub mod cache;
pub(crate) mod invoice_files;
pub mod openapi;
pub mod pages;
pub mod params;
pub mod request;
pub(crate) mod response;
pub mod routing;
pub mod server;
pub mod service;
pub mod values;
pub(crate) mod view;
pub(crate) mod wire;
pub(crate) mod work;

pub use app::App;
pub use base::answer::Answer;
pub use base::language::{Language, Text};
pub use base::limits::Limits;
pub use base::problem::Problem;
pub use request::incoming::Request;
pub use routing::endpoint::Endpoint;

use std::sync::Arc;

use server::site::Site;

pub use crate::workflow::Now;

/// Everything that is served.
pub fn routes(app: App, limits: Arc<Limits>) -> Site {
    let endpoints = api::endpoints()
        .into_iter()
        .map(routing::authenticate::require_access)
        .map(routing::replica_retry::with_replica_reads)
        .collect();
    let mut endpoints = routing::endpoint::announced(endpoints, routing::deprecation::TABLE);
    let ready = |app: App| async move {
        let ask = |app: App| async move { app.read_model.readiness().await.map_err(service::health::not_ready) };
        routing::replica_retry::retry_on_replica(&app, ask).await?;
        Ok(app.workflow.admin_key_warning())
    };
    endpoints.extend(service::health::endpoints(ready, api::document()));
    endpoints.extend(pages::endpoints());
    endpoints.extend(work::endpoints());
    let database = app.read_model.database.clone();
    Site { is_queueing: Some(Arc::new(move || database.are_reads_waiting())), ..Site::new(app, endpoints, limits) }
}
