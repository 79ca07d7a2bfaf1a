//! JSON of medicines.

pub(crate) mod equivalent;
pub(crate) mod market;
pub(crate) mod medicine;
pub(crate) mod price;
pub(crate) mod thermometer;
