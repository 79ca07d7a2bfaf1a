//! Connections: accept loop, limits, write timeout.

mod connection_slots;
pub(crate) mod edge;
mod held_body;
pub mod metrics_listener;
mod paced_writer;
pub mod serve;
pub mod site;
