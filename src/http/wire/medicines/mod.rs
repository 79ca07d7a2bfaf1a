//! JSON of medicines.

pub(crate) mod equivalent;
pub(crate) mod listed_market;
pub(crate) mod market;
pub(crate) mod medicine;
pub(crate) mod price;
pub(crate) mod thermometer;
pub(crate) mod thermometer_group;
pub(crate) mod vital_authorisation;
