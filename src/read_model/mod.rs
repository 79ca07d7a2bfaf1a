//! Reads: domain values and plain views, from one state of the database.
pub mod acts;
pub mod cases;
pub mod columns;
pub mod data_version;
pub mod market_cache;
pub mod medicines;
pub mod model;
pub mod replica_selector;
pub mod search;
pub mod service;
pub mod statements;
pub mod thermometer_cache;
pub mod verdicts;
pub mod version;

pub use model::ReadModel;
