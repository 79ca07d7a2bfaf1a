//! Imports of files, and the editions of lists.

pub mod holding;
pub mod import_catalogue;
pub mod import_ceilings;
pub mod import_list;
pub mod import_rows;
pub mod import_sismed;
pub mod report_editions;
pub mod report_partition;
pub mod report_rows;
