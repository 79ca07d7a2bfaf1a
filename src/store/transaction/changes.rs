//! Records, in the transaction that changes them, all rows that differ from their last recorded state, in one total order.
//!
//! Positions are given under the import lock, which is held until the commit. So they become visible in their order, and a reader who goes
//! on from the last one misses nothing. Who applies all changes to an empty table holds the current one, since a change is by definition
//! what that table still lacks.

use std::collections::BTreeSet;

use deadpool_postgres::Transaction;

use super::import;
use crate::{
    domain::identifier::cum::Cum,
    store::postgres::{database::Database, error::StoreError, statements},
};

/// After anything that may have changed ceilings or products. Under the import lock.
pub async fn record_all(tx: &Transaction<'_>, import: Option<i64>) -> Result<(), StoreError> {
    let last = last(tx).await?;
    tx.execute(statements::record_changed_products, &[&import]).await?;
    tx.execute(statements::record_changed_ceilings, &[&import]).await?;
    finish(tx, last).await
}

/// After sources of products alone: no ceiling is different for them. Under the import lock.
pub async fn record_products(tx: &Transaction<'_>, import: i64) -> Result<(), StoreError> {
    let last = last(tx).await?;
    tx.execute(statements::record_changed_products, &[&Some(import)]).await?;
    finish(tx, last).await
}

/// After reports, which change no products but these, which nothing else names. Under the import lock.
pub async fn record_reported(tx: &Transaction<'_>, import: i64, cums: &BTreeSet<Cum>) -> Result<(), StoreError> {
    let last = last(tx).await?;
    let (expedientes, consecutives): (Vec<i32>, Vec<i32>) = cums.iter().map(|cum| (cum.expediente, cum.consecutive)).unzip();
    tx.execute(statements::record_changed_products_of, &[&import, &expedientes, &consecutives]).await?;
    finish(tx, last).await
}

/// Records what an earlier program imported without recording it, before anything is read.
pub async fn catch_up(database: &Database) -> Result<bool, StoreError> {
    let mut client = database.import_connection().await?;
    if !changes_pending(&client.query_one(statements::changes_pending, &[]).await?)? {
        return Ok(false);
    }
    client.batch_execute("SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0").await?;
    let tx = client.transaction().await?;
    import::lock(&tx).await?;
    // Another program may have been first.
    let changes_pending = changes_pending(&tx.query_one(statements::changes_pending, &[]).await?)?;
    if changes_pending {
        record_all(&tx, None).await?;
        tx.query(statements::bump_data_version, &[&None::<i64>]).await?;
    }
    tx.commit().await?;
    Ok(changes_pending)
}

fn changes_pending(row: &tokio_postgres::Row) -> Result<bool, StoreError> {
    Ok(row.try_get("pending")?)
}

async fn last(tx: &Transaction<'_>) -> Result<i64, StoreError> {
    Ok(tx.query_one(statements::last_change, &[]).await?.try_get("position")?)
}

/// Enqueues the webhook messages in the same transaction.
async fn finish(tx: &Transaction<'_>, last: i64) -> Result<(), StoreError> {
    tx.execute(statements::mark_changes_recorded, &[]).await?;
    tx.execute(statements::enqueue_watch_messages, &[&last]).await?;
    Ok(())
}
