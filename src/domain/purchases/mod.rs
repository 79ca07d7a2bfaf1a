//! What public bodies bought, line by line: what a line says, what is implausible in it, and what it was read as.

pub mod contract;
pub mod correction;
pub mod described;
pub mod indicators;
pub mod label_quality;
pub mod limits;
pub mod purchase;
pub mod reading;
