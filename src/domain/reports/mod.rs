//! Rows of files and submissions: their outcome and its reason.

pub mod import_faults;
pub mod source_row;
pub mod validation;
