//! JSON of open data.

pub mod export;
pub mod export_catalogue;
