//! JSON of medicines.

pub mod equivalent;
pub mod listed_market;
pub mod market;
pub mod medicine;
pub mod price;
pub mod thermometer;
pub mod thermometer_group;
