//! Medicines and their markets: equivalence, strength, thermometer, price series.

pub(crate) mod equivalence;
pub mod medicine;
pub mod outlier;
pub(crate) mod price_series;
pub mod strength;
pub mod thermometer;
