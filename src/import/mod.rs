//! Imports files: one use case from a file to committed rows.

pub mod file;
pub mod report;
pub mod reports;
pub mod stream;
pub mod undo;
