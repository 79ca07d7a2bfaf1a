//! JSON of verdicts.

pub mod assessment;
pub mod ceiling;
pub mod code;
pub mod explanation;
pub mod financing;
pub mod reading;
pub mod verdict;
pub mod worksheet;
