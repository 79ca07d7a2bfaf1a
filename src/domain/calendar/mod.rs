//! Days, periods, reporting terms and working days.

pub mod freshness;
pub mod period;
pub(crate) mod reporting_period;
pub mod valid_days;
pub mod working_days;
