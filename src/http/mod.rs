//! The HTTP rim: everything that is true of every request, before any operation of the domain is named.
//!
//! Invariant: a route is chosen by path and method alone; whatever follows is a `Result<_, Problem>`, never a rejection.
pub mod access;
pub mod answer_headers;
pub mod api;
pub mod api_document;
pub mod asked;
pub mod asked_cases;
pub mod asked_changes;
pub mod asked_draft;
pub mod asked_reports;
pub mod atom;
pub mod authority;
pub mod body;
pub mod body_vocabulary;
pub mod byte_range;
pub mod cache;
pub mod check_lines;
pub mod conditional;
pub mod context;
pub mod csv;
pub mod deprecation;
pub mod docs;
pub mod edge;
pub mod endpoint;
pub mod envelope;
pub mod examples;
pub mod export_file;
pub mod fault_words;
pub mod guard;
pub mod json_body;
pub mod json_words;
pub mod known_links;
pub mod language;
pub mod limits;
pub mod metrics;
pub mod negotiate;
pub mod operations;
pub mod origin;
pub mod page;
pub mod pages;
pub mod path_headers;
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
pub mod vocabulary;
pub mod watching;
pub mod wire;
pub mod writing;

pub use endpoint::Endpoint;
pub use language::{Language, Text};
pub use limits::Limits;
pub use problem::Problem;
pub use reply::Answer;
pub use request::Request;

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};

use self::{known_links::KnownLinks, site::Site};
use crate::{desk::Desk, read_model::ReadModel};

/// The only source of "now" that handlers have.
pub use crate::desk::Now;

/// What handlers may use.
#[derive(Clone)]
pub struct App {
    pub read_model: ReadModel,
    pub desk: Desk,
    pub clock: Now,
    /// Which pages of lists have a next one, by their tags.
    pub links: KnownLinks,
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

/// Everything that is served.
pub fn routes(app: App, limits: Arc<Limits>) -> Site {
    let endpoints = api::endpoints().into_iter().map(guard::guarded).map(rereading::spread).collect();
    let mut endpoints = deprecation::announced(endpoints, deprecation::TABLE);
    let ready = |app: App| async move {
        let ask = |app: App| async move { app.read_model.data_version().await.map_err(|_| Problem::not_ready()) };
        rereading::reread(&app, ask).await.map(drop)
    };
    endpoints.extend(operations::endpoints(ready, api::document()));
    endpoints.extend(pages::endpoints());
    Site::new(app, endpoints, limits)
}
