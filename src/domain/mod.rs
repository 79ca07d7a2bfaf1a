//! The rules, as pure functions over plain values.
//!
//! Invariant: nothing here does I/O, reads a clock, uses a float, awaits, serialises or knows SQL; it cannot fail for outside reasons.
pub mod act;
pub mod act_diff;
pub mod act_draft;
pub mod amount;
pub mod api_key;
pub mod authority;
pub mod basis;
pub mod case_file;
pub mod case_state;
pub mod channel;
pub mod cum;
pub mod edition;
pub mod equivalence;
pub mod exact;
pub mod excess_total;
pub mod explain;
pub mod freshness;
#[cfg(test)]
pub mod generated;
pub mod knowledge;
pub mod law;
pub mod lawbook;
pub mod listed;
pub mod medicine;
pub mod nit;
pub mod outlier;
pub mod percentile;
pub mod period;
pub mod price_series;
pub mod quick_compare;
pub mod readings;
pub mod reason;
pub mod reporting_period;
pub mod rounding_band;
pub mod source_row;
pub mod strength;
pub mod text;
pub mod thermometer;
pub mod two_persons;
pub mod unit_confusion;
pub mod validation;
pub mod verdict;
pub mod weighted_quartiles;
pub mod working_days;
pub mod worksheet;
