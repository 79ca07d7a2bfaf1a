//! Routing: from a path to its operation.

pub mod authenticate;
pub mod deprecation;
pub mod endpoint;
pub(crate) mod formats;
pub(crate) mod path_headers;
pub(crate) mod path_headers_table;
pub mod replica_retry;
pub mod router;
pub mod routes;
