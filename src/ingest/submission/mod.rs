//! What reporters submit.

pub mod csv;
pub mod intake;
pub mod intake_checks;
pub mod intake_row;
pub mod json_object;
pub mod med100;
pub mod ndjson;
