//! A big file of reports becomes a partition: loaded without indexes, indexed once, and attached in the same transaction.
//!
//! It is invisible before, so nothing waits for it; loading into live indexes costs three times as much.

use bytes::Bytes;
use deadpool_postgres::Transaction;

use super::{import_sismed::copy, report_rows::COLUMNS};
use crate::store::postgres::{error::StoreError, statements};

/// Smaller files share a partition: a partition each would cost every query more than its index saves.
pub const BYTES_MIN: u64 = 4 << 20;

/// Until the transaction ends. An index is logged by whole pages, and PostgreSQL's own compression of them takes half the time of its build.
/// An account that may not change this waits longer.
const CHEAP_WAL: &str = "SELECT set_config('wal_compression', CASE WHEN 'lz4' = ANY(enumvals) THEN 'lz4' ELSE 'off' END, true)
     FROM pg_settings WHERE name = 'wal_compression' AND current_setting('is_superuser') = 'on'";

pub struct ReportPartition {
    name: String,
    file: i64,
    copy: String,
}

impl ReportPartition {
    /// Made by the account that migrates: the service's role may add rows, not tables.
    pub async fn create(tx: &Transaction<'_>, file: i64) -> Result<Self, StoreError> {
        let name = format!("sismed_row_{file}");
        tx.batch_execute(&format!(
            "SET LOCAL ROLE NONE; CREATE TABLE {name} (LIKE sismed_row INCLUDING CONSTRAINTS); {CHEAP_WAL}"
        ))
        .await?;
        let copy = format!("COPY {name} ({COLUMNS}) FROM STDIN (FORMAT binary, FREEZE)");
        Ok(Self { name, file, copy })
    }

    pub async fn load(&self, tx: &Transaction<'_>, rows: Bytes) -> Result<(), StoreError> {
        copy(tx, &self.copy, rows).await
    }

    /// Indexes, what every row of this partition has in common as constraints, and the rest of the table sees it.
    pub async fn attach(&self, tx: &Transaction<'_>) -> Result<(), StoreError> {
        let Self { name, file, .. } = self;
        tx.batch_execute(&format!(
            "SET LOCAL maintenance_work_mem = '256MB';
             SET LOCAL max_parallel_maintenance_workers = 2;
             ALTER TABLE {name} ADD PRIMARY KEY (id, part);
             CREATE INDEX ON {name} (expediente, consecutive, period_from);
             CREATE INDEX ON {name} (seller_nit, expediente, consecutive) WHERE seller_nit IS NOT NULL;
             ALTER TABLE {name} ADD CHECK (part = {file} AND part IS NOT NULL AND source_file_id = {file} AND reporter_nit IS NULL);
             ALTER TABLE sismed_row ATTACH PARTITION {name} FOR VALUES IN ({file});"
        ))
        .await?;
        tx.batch_execute(&format!("ANALYZE {name}")).await?;
        // A role that does not exist was not assumed either.
        tx.batch_execute(statements::take_service_role).await?;
        Ok(())
    }
}
