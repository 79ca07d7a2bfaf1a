//! Writes many rows into one table by binary COPY, in bounded batches.

use deadpool_postgres::Transaction;
use tokio_postgres::{
    binary_copy::BinaryCopyInWriter,
    types::{ToSql, Type},
};

use super::error::StoreError;

pub type CopyValue = Box<dyn ToSql + Sync + Send>;

pub struct CopyWriter {
    sql: &'static str,
    types: Vec<Type>,
    rows: Vec<Vec<CopyValue>>,
    pub written: u64,
}

/// Rows held before a flush: a few hundred kilobytes, whatever the file's size.
const ROWS_MAX: usize = 2_000;

impl CopyWriter {
    /// `sql` is a `COPY table (columns) FROM STDIN (FORMAT binary)`; `types` are the columns' types in order.
    pub fn new(sql: &'static str, types: &[Type]) -> Self {
        Self { sql, types: types.to_vec(), rows: Vec::new(), written: 0 }
    }

    /// True when it is time to flush.
    pub fn push(&mut self, row: Vec<CopyValue>) -> bool {
        self.rows.push(row);
        self.rows.len() >= ROWS_MAX
    }

    pub async fn flush(&mut self, tx: &Transaction<'_>) -> Result<(), StoreError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let sink = tx.copy_in(self.sql).await?;
        let writer = BinaryCopyInWriter::new(sink, &self.types);
        let mut writer = std::pin::pin!(writer);
        for row in self.rows.drain(..) {
            let cells: Vec<&(dyn ToSql + Sync)> = row.iter().map(|cell| cell.as_ref() as &(dyn ToSql + Sync)).collect();
            writer.as_mut().write(&cells).await?;
        }
        self.written += writer.finish().await?;
        Ok(())
    }
}

/// Shorthand for a row's cells.
#[macro_export]
macro_rules! cells {
    ($($value:expr),* $(,)?) => { vec![$(Box::new($value) as $crate::store::postgres::copy_writer::CopyValue),*] };
}
