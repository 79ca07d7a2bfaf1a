//! Operations on open data.

pub(crate) mod download_export;
pub(crate) mod list_exports;
pub(crate) mod show_catalog;
