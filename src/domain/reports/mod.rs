//! Rows from outside: what becomes of them and why.

pub mod import_faults;
pub mod source_row;
pub mod validation;
