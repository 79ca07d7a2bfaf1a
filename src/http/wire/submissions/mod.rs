//! JSON of submissions.

pub mod compliance;
pub mod submission;
