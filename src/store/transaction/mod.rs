//! The frame of a write's transaction: audit entry, stored answer, recorded changes.

pub mod audit;
pub(crate) mod changes;
pub(crate) mod developer_events;
pub(crate) mod idempotency;
pub mod import;
pub mod migrate;
pub mod schema;
pub mod service_login;
