//! Embedded, forward-only migrations, run under an advisory lock: two programs that start at once do not collide.

use super::{changes, schema::embedded};
use crate::store::{
    log::append::{self, Acts},
    postgres::{database::Database, error::StoreError},
};

/// Any fixed number will do; all Termómetro programs use this one.
const MIGRATION_LOCK: i64 = 0x7465_726d_6f01;

/// Brings the schema up to date and says which migrations were applied now; what earlier programs left unrecorded is recorded.
pub async fn migrate(database: &Database) -> Result<Vec<String>, StoreError> {
    let applied = apply(database).await?;
    record_unrecorded(database, !applied.is_empty()).await?;
    Ok(applied)
}

/// The migrations alone, and which were applied now.
pub async fn apply(database: &Database) -> Result<Vec<String>, StoreError> {
    let mut client = database.import_connection().await?;
    // Migrations are the owner's work, not the service's.
    client.batch_execute("SET ROLE NONE; SET statement_timeout = 0; SET lock_timeout = 0").await?;
    client.execute("SELECT pg_advisory_lock($1)", &[&MIGRATION_LOCK]).await?;
    let report = embedded::migrations::runner().run_async(&mut **client).await;
    // The lock ends with the connection, which is dropped here in any case.
    let report = report.map_err(|error| StoreError::Bug(Box::new(error)))?;
    Ok(report.applied_migrations().iter().map(ToString::to_string).collect())
}

/// Changes and leaves of the log for what earlier programs stored without. A migration may describe an act anew, and nothing else does.
pub async fn record_unrecorded(database: &Database, migrated: bool) -> Result<(), StoreError> {
    changes::catch_up(database).await?;
    let acts = if migrated { Acts::NewAndRestated } else { Acts::New };
    let leaves = append::catch_up(database, acts).await?;
    if leaves > 0 {
        tracing::info!(leaves, "log: leaves added for what was stored without");
    }
    Ok(())
}
