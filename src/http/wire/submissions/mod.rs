//! JSON of submissions.

pub(crate) mod compliance;
pub(crate) mod submission;
