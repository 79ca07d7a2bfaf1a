//! Actions of principals: each is one transaction with its audit entry and the stored answer for a second try.
pub mod access;
pub(crate) mod acts;
pub(crate) mod case_assignments;
pub(crate) mod case_notes;
pub(crate) mod cases;
pub mod common;
pub(crate) mod consultations;
pub(crate) mod corrections;
pub(crate) mod feeds;
pub(crate) mod held_imports;
pub mod log_check;
pub(crate) mod log_heads;
pub mod mail;
pub(crate) mod petitions;
pub mod price_reports;
pub(crate) mod submissions;
pub mod webhooks;

pub use common::workflow::{Now, Workflow};
