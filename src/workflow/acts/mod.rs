//! Drafting, approving and publishing acts.

pub mod drafting;
pub mod list_upload;
pub mod publishing;
