//! The HTTP rim: everything that is true of every request, before any operation of the domain is named.
//!
//! Invariant: a route is chosen by path and method alone; whatever follows is a `Result<_, Problem>`, never a rejection.
pub mod access;
pub mod answer_headers;
pub mod api;
pub mod api_document;
pub mod app;
pub mod atom;
pub mod authority;
pub mod body;
pub mod byte_range;
pub mod cache;
pub mod check_lines;
pub mod conditional;
pub mod context;
pub mod csv;
pub mod deprecation;
pub mod deprecation_marks;
pub mod docs;
pub mod document_walk;
pub mod edge;
pub mod endpoint;
pub mod envelope;
pub mod examples;
pub mod export_file;
pub mod fault_words;
pub mod formats;
pub mod guard;
pub mod json_body;
pub mod json_words;
pub mod known_links;
pub mod language;
pub mod limits;
pub mod media_type;
pub mod metrics;
pub mod negotiate;
pub mod operations;
pub mod origin;
pub mod page;
pub mod pages;
pub mod params;
pub mod path_headers;
pub mod path_headers_table;
pub mod people_file;
pub mod problem;
pub mod problem_kind;
pub mod quality;
pub mod query;
pub mod query_values;
pub mod rate_left;
pub mod rates;
pub mod reply;
pub mod request;
pub mod rereading;
pub mod router;
pub mod routes;
pub mod serve;
pub mod site;
pub mod spool;
pub mod stall;
mod unknown_medicine;
pub mod watching;
pub mod wire;
pub mod writing;

pub use app::App;
pub use endpoint::Endpoint;
pub use language::{Language, Text};
pub use limits::Limits;
pub use problem::Problem;
pub use reply::Answer;
pub use request::Request;

use std::sync::Arc;

use site::Site;

pub use crate::desk::Now;

/// Everything that is served.
pub fn routes(app: App, limits: Arc<Limits>) -> Site {
    let endpoints = api::endpoints().into_iter().map(guard::guarded).map(rereading::spread).collect();
    let mut endpoints = endpoint::announced(endpoints, deprecation::TABLE);
    let ready = |app: App| async move {
        let ask = |app: App| async move { app.read_model.data_version().await.map_err(|_| Problem::not_ready()) };
        rereading::reread(&app, ask).await.map(drop)
    };
    endpoints.extend(operations::endpoints(ready, api::document()));
    endpoints.extend(pages::endpoints());
    Site::new(app, endpoints, limits)
}
