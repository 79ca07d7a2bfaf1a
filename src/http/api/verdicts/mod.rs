//! Operations on verdicts.

pub mod check_price;
pub mod check_prices;
pub mod list_assessments;
pub mod summarise_assessments;
