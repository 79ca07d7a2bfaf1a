//! What reporters submit.

pub(crate) mod csv;
pub mod intake;
pub(crate) mod intake_checks;
pub mod intake_row;
pub(crate) mod json_object;
pub(crate) mod med100;
pub(crate) mod ndjson;
