//! What public bodies bought, line by line: what a line says, what is implausible in it, and what it was read as.

pub mod contract;
pub mod correction;
pub mod described;
pub mod dispensing_service;
pub mod indicators;
pub mod label_quality;
pub mod label_sample;
pub mod limits;
pub mod purchase;
pub mod reading;
pub mod sample_figures;
