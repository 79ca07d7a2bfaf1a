//! What developers do for themselves: outside the audit log, counted by the day, and forgotten after a time.

use deadpool_postgres::Transaction;
use jiff::civil::Date;

use super::audit::NewAuditEntry;
use crate::store::postgres::{error::StoreError, statements};

/// Adds the event to this transaction; it stands or falls with it. It bears no name: strangers choose theirs.
pub async fn record(tx: &Transaction<'_>, entry: &NewAuditEntry<'_>) -> Result<(), StoreError> {
    let NewAuditEntry { at, principal, key, action, subject, reason, request_id, details, .. } = entry;
    tx.execute(statements::insert_developer_event, &[at, principal, key, action, subject, reason, request_id, details]).await?;
    Ok(())
}

/// Counts one more write of a key's holder on a day, and says how many it has made.
pub async fn count_write(tx: &Transaction<'_>, key: &str, day: Date) -> Result<i32, StoreError> {
    Ok(tx.query_one(statements::count_daily_write, &[&key, &day]).await?.try_get("writes")?)
}
