//! Writes, and the connection pool that reads and writes share. PostgreSQL is the source of truth.

pub mod catalogue;
pub mod feeds;
pub mod imports;
pub mod judging;
pub mod log;
pub mod made_again;
pub mod postgres;
pub mod transaction;
pub(crate) mod workflow;
