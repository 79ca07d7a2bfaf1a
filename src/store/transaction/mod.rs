//! The frame of a write's transaction: audit entry, stored answer, recorded changes.

pub mod audit;
pub mod changes;
pub mod idempotency;
pub mod import;
pub mod migrate;
