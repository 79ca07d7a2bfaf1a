//! Submissions: received, validated, receipted.

pub mod receipt;
pub mod submitted_file;
pub mod submitting;
pub mod validating;
