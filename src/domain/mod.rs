//! The rules, as pure functions over plain values.
//!
//! Invariant: nothing here does I/O, reads a clock, uses a float, awaits, serialises or knows SQL; it cannot fail for outside reasons.
pub mod act;
pub mod act_diff;
pub mod amount;
pub mod basis;
pub mod channel;
pub mod cum;
pub mod equivalence;
pub mod exact;
pub mod excess_total;
pub mod explain;
pub mod freshness;
pub mod knowledge;
pub mod law;
pub mod lawbook;
pub mod listed;
pub mod medicine;
pub mod outlier;
pub mod percentile;
pub mod period;
pub mod price_series;
pub mod readings;
pub mod reason;
pub mod rounding_band;
pub mod source_row;
pub mod strength;
pub mod text;
pub mod thermometer;
pub mod verdict;
pub mod worksheet;
