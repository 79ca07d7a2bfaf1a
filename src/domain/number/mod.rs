//! Exact numbers: amounts of money, decimals, percentiles.

pub mod amount;
pub mod exact;
pub mod percentile;
pub mod weighted_quartiles;
