//! Submissions: received, validated, receipted.

mod loading;
pub(crate) mod receipt;
pub(crate) mod submitted_file;
pub(crate) mod submitting;
pub(crate) mod validating;
