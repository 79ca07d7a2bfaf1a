//! Official data sets that are read by themselves: which there are, when each is due, what goes wrong, and what holds a new edition.

pub mod due;
pub mod fault;
pub mod guards;
pub mod shipped;
