//! The HTTP rim: everything that is true of every request, before any operation of the domain is named.
//!
//! Invariant: a route is chosen by path and method alone; whatever follows is a `Result<_, Problem>`, never a rejection.
pub mod access;
pub mod api_document;
pub mod body;
pub mod conditional;
pub mod context;
pub mod csv;
pub mod docs;
pub mod edge;
pub mod endpoint;
pub mod json_body;
pub mod language;
pub mod limits;
pub mod metrics;
pub mod negotiate;
pub mod operations;
pub mod page;
pub mod problem;
pub mod problem_kind;
pub mod quality;
pub mod query;
pub mod query_values;
pub mod reply;
pub mod request;
pub mod router;
pub mod routes;
pub mod serve;
pub mod stall;

pub use endpoint::Endpoint;
pub use language::{Language, Text};
pub use limits::Limits;
pub use problem::Problem;
pub use reply::Answer;
pub use request::Request;
