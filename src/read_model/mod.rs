//! Reads: domain values and plain views, from one state of the database.
pub mod acts;
pub(crate) mod cases;
pub(crate) mod columns;
pub mod consultations;
pub(crate) mod counts_cache;
pub(crate) mod data_version;
pub(crate) mod item_index_cache;
pub mod item_texts;
pub(crate) mod law_cache;
pub(crate) mod market_cache;
pub mod medicines;
pub mod model;
pub mod participation;
pub mod price_reports;
pub(crate) mod purchase_cache;
pub mod purchases;
pub(crate) mod replica_selector;
pub mod search;
pub mod service;
pub(crate) mod shared_read;
pub(crate) mod source_rows;
pub mod statements;
pub(crate) mod thermometer_cache;
pub mod verdicts;
pub(crate) mod version;

pub use model::ReadModel;
