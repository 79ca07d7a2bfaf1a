//! Connections, statements, migrations and replicas.

pub mod connections;
pub mod copy_writer;
pub mod database;
pub mod error;
pub mod lag_tracker;
pub mod latest_version;
pub mod limits;
pub mod numeric;
pub mod replica_set;
pub mod replica_watch;
pub mod replicas;
pub mod statements;
pub mod version_listener;
