//! Submissions: received, validated, receipted.

pub(crate) mod keeping;
mod loading;
pub(crate) mod receipt;
pub(crate) mod submitted_file;
pub(crate) mod submitting;
pub(crate) mod validating;
