//! Operations on open data.

pub mod download_export;
pub mod list_exports;
pub mod show_catalog;
