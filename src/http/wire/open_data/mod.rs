//! JSON of open data.

pub(crate) mod export;
pub(crate) mod export_catalogue;
