//! Drafting, approving and publishing acts.

pub(crate) mod drafting;
pub(crate) mod list_upload;
pub(crate) mod publishing;
