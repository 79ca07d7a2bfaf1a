//! The verdict: one price against one basis, its doubts and its worksheet.

pub mod comparison;
pub(crate) mod compiled_law;
pub mod explain;
pub mod judge;
pub(crate) mod readings;
pub mod report_verdict;
pub mod rounding_band;
pub mod unit_confusion;
pub mod verdict_code;
pub(crate) mod worksheet;
