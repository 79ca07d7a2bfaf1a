//! Imports of files, and the editions of lists.

pub mod holding;
pub(crate) mod import_catalogue;
pub(crate) mod import_ceilings;
pub mod import_list;
pub(crate) mod import_rows;
pub(crate) mod import_sismed;
pub(crate) mod purchase_rows;
pub(crate) mod report_editions;
pub(crate) mod report_partition;
pub(crate) mod report_rows;
pub(crate) mod statistics;
