//! Connections: accept loop, limits, write timeout.

pub(crate) mod edge;
pub mod serve;
pub mod site;
