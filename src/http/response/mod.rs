//! Answers: envelope, writes, files, feeds.

pub mod atom;
pub mod checked;
pub mod download;
pub mod envelope;
pub mod flat_csv;
pub mod idempotent_write;
pub mod people_file;
pub mod unknown_medicine;
