//! Connections: accept loop, limits, write timeout.

pub mod edge;
pub mod serve;
pub mod site;
