//! Connections, statements, migrations and replicas.

pub mod connections;
pub(crate) mod copy_writer;
pub mod database;
pub(crate) mod error;
pub(crate) mod lag_tracker;
pub(crate) mod latest_version;
pub mod limits;
pub(crate) mod numeric;
pub(crate) mod primary_address;
pub mod primary_watch;
pub(crate) mod replica_set;
pub(crate) mod replica_watch;
pub mod replicas;
pub mod statements;
pub mod version_listener;
