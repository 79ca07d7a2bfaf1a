//! Public purchases and contracts, as the open-data portal has them. What stands beside the columns that are read may name people: of columns that a
//! layout does not know, the names alone are reported.

mod cells;
pub(crate) mod secop;
pub(crate) mod tvec;
