//! The rules, as pure functions over plain values.
//!
//! Invariant: nothing here does I/O, reads a clock, uses a float, awaits, serialises or knows SQL; it cannot fail for outside reasons.
pub mod channel;
pub mod cum;
pub mod listed;
pub mod period;
pub mod source_row;
