//! What principals do: each act is one transaction that holds the deed, its audit entry and the answer kept for a second try.
pub mod access;
pub mod acts;
pub mod cases;
pub mod common;
pub mod submissions;
pub mod webhooks;

pub use common::workflow::{Now, Workflow};
