//! Drafting, approving and publishing acts.

pub(crate) mod consulted;
pub(crate) mod drafting;
pub(crate) mod list_upload;
pub(crate) mod publishing;
pub(crate) mod revising;
