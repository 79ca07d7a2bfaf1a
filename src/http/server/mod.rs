//! Connections: accept loop, limits, write timeout.

mod connection_slots;
pub(crate) mod edge;
mod held_body;
mod paced_writer;
pub mod serve;
pub mod site;
