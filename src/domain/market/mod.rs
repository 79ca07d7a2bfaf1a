//! Medicines and their markets: equivalence, strength, thermometer, price series.

pub mod equivalence;
pub mod ingredients_key;
pub mod medicine;
pub mod outlier;
pub(crate) mod price_series;
pub mod strength;
pub mod thermometer;
