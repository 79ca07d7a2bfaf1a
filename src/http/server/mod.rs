//! Connections: accept loop, limits, write timeout.

pub(crate) mod edge;
mod held_body;
mod paced_writer;
pub mod serve;
pub mod site;
