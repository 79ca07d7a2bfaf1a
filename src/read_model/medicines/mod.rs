//! Medicines, their prices, ceilings, equivalents and thermometer.

pub mod ceilings;
pub(crate) mod codes;
pub(crate) mod equivalents;
pub(crate) mod find;
pub(crate) mod market_prices;
pub(crate) mod markets;
pub(crate) mod medicine;
pub(crate) mod parallel;
pub mod prices;
pub(crate) mod thermometer;
pub(crate) mod thermometer_groups;
pub mod vital_authorisations;
pub(crate) mod whole;
