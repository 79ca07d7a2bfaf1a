//! Official data by themselves: data sets of the open-data portal are looked at, read whole, and imported as if a person had done it. Whatever goes
//! wrong changes nothing.

pub mod client;
mod pages;
pub mod reading;
pub mod running;
pub mod schedule;
mod soda;
