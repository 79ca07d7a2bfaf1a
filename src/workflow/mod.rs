//! What principals do: each action is one transaction with its audit entry and the answer stored for a second try.
pub mod access;
pub mod acts;
pub mod cases;
pub mod common;
pub mod submissions;
pub mod webhooks;

pub use common::workflow::{Now, Workflow};
