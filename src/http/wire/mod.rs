//! The serialised twins of domain values: what stands on the wire, and nothing else.

pub mod acts;
pub mod cases;
pub mod changes;
pub mod medicines;
pub mod open_data;
pub mod service;
pub mod submissions;
pub mod verdicts;
