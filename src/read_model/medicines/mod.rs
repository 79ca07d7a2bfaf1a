//! Medicines, their prices, ceilings, equivalents and thermometer.

pub mod ceilings;
pub mod codes;
pub mod equivalents;
pub mod find;
pub mod market_prices;
pub mod markets;
pub mod medicine;
pub mod parallel;
pub mod prices;
pub mod source_rows;
pub mod thermometer;
pub mod thermometer_groups;
pub mod whole;
