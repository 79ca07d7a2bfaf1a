//! The serialised twins of domain values.

pub mod acts;
pub mod cases;
pub mod changes;
pub mod medicines;
pub mod open_data;
pub mod service;
pub mod submissions;
pub mod verdicts;
