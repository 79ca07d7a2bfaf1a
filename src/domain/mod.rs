//! The rules, as pure functions over plain values.
//!
//! Invariant: nothing here does I/O, reads a clock, uses a float, awaits, serialises or knows SQL; it cannot fail for outside reasons.
pub mod access;
pub mod calendar;
pub mod cases;
pub mod feeds;
#[cfg(test)]
pub(crate) mod generated;
pub mod identifier;
pub mod invoices;
pub mod item_text;
pub mod law;
pub mod market;
pub mod merkle;
pub mod number;
pub mod participation;
pub mod purchases;
pub mod reason;
pub mod reports;
pub mod verdict;
