//! Sources, status, exports, submissions, audit and versions.

pub(crate) mod audit;
pub(crate) mod changes;
pub(crate) mod compliance;
mod data_counts;
pub(crate) mod exchange_rates;
pub(crate) mod exports;
pub(crate) mod feeds;
pub(crate) mod held_imports;
pub(crate) mod log;
pub(crate) mod readiness;
pub(crate) mod sources;
pub mod status;
pub(crate) mod submissions;
pub(crate) mod waiting;
