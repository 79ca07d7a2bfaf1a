//! Answers: envelope, writes, files, feeds.

pub(crate) mod atom;
pub(crate) mod checked;
pub(crate) mod download;
pub(crate) mod envelope;
pub(crate) mod fixed_text;
pub(crate) mod flat_csv;
pub(crate) mod idempotent_write;
mod in_turn;
pub(crate) mod people_file;
pub(crate) mod spooled;
pub(crate) mod unknown_medicine;
