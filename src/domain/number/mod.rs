//! Exact numbers: amounts of money, decimals, percentiles.

pub mod amount;
pub mod exact;
pub(crate) mod line_total;
pub(crate) mod percentile;
pub(crate) mod weighted_quartiles;
