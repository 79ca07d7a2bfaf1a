//! A big file of reports becomes a partition, published or submitted: loaded without indexes, indexed once, and attached in the same transaction.
//!
//! It is invisible before, so nothing waits for it; loading into live indexes costs three times as much. A submission's is prepared as far as
//! that before its turn among the imports.

use bytes::Bytes;
use deadpool_postgres::Transaction;

use super::{import_sismed::copy, report_rows::COLUMNS};
use crate::store::{
    judging::report_cache::SHARED,
    postgres::{error::StoreError, statements},
};

/// Smaller files share a partition: a partition each would cost every query more than its index saves.
pub const BYTES_MIN: u64 = 4 << 20;
/// The same of submissions, which are many more.
const SUBMISSION_BYTES_MIN: i64 = 8 << 20;
/// What a compressed one becomes at least, as a rule.
const COMPRESSION: i64 = 8;

pub struct ReportPartition {
    file: i64,
    copy: String,
    /// Who reported all its rows; `None` in published files.
    reporter: Option<String>,
}

impl ReportPartition {
    pub async fn create(tx: &Transaction<'_>, file: i64) -> Result<Self, StoreError> {
        tx.execute(statements::create_report_partition, &[&file]).await?;
        let copy = format!("COPY sismed_row_{file} ({COLUMNS}) FROM STDIN (FORMAT binary, FREEZE)");
        Ok(Self { file, copy, reporter: None })
    }

    /// Its rows are of one reporter.
    pub async fn of_submission(tx: &Transaction<'_>, file: i64, nit: &str) -> Result<Self, StoreError> {
        Ok(Self { reporter: Some(nit.to_owned()), ..Self::create(tx, file).await? })
    }

    /// Once it is loaded. Left out, attaching does it.
    pub async fn index(&self, tx: &Transaction<'_>) -> Result<(), StoreError> {
        tx.execute(statements::index_report_partition, &[&self.file, &self.reporter]).await?;
        Ok(())
    }

    /// From here on the rest of the table sees it.
    pub async fn attach(&self, tx: &Transaction<'_>) -> Result<(), StoreError> {
        tx.execute(statements::attach_report_partition, &[&self.file, &self.reporter]).await?;
        Ok(())
    }
}

/// Whether a submission becomes a partition.
pub fn is_large(bytes: i64, is_compressed: bool) -> bool {
    bytes >= if is_compressed { SUBMISSION_BYTES_MIN / COMPRESSION } else { SUBMISSION_BYTES_MIN }
}

/// The table that holds the rows before they are attached.
pub fn table(partition: Option<&ReportPartition>) -> String {
    partition.map_or_else(|| "sismed_row".to_owned(), |partition| format!("sismed_row_{}", partition.file))
}

/// The number of the partition, or of the shared one.
pub fn part(partition: Option<&ReportPartition>) -> i64 {
    partition.map_or(SHARED, |partition| partition.file)
}

/// Rows in their partition, or in the shared one.
pub async fn load(tx: &Transaction<'_>, partition: Option<&ReportPartition>, rows: Bytes) -> Result<(), StoreError> {
    copy(tx, partition.map_or(statements::copy_reports, |partition| &partition.copy), rows).await
}
