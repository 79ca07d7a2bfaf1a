//! Sends rows in batches from the blocking thread that reads a file to the task that stores them; few batches wait.

use std::path::{Path, PathBuf};

use tokio::{sync::mpsc, task::JoinHandle};

use super::report::{ImportError, ImportReport, Progress};
use crate::{
    domain::{
        invoices::{conventions::UnitConvention, sale_actors::SaleActor},
        law::listed::{
            ListedAuthorisation, ListedBenefit, ListedCumCode, ListedIumCode, ListedPresentation, ListedRate, ListedRow,
            ListedThermometer,
        },
        purchases::{
            contract::{Contract, ContractEvent},
            purchase::PurchaseOrder,
        },
        reports::source_row::RowOutcome,
    },
    ingest::{Counts, Each, FileError, FileFacts, Stop},
    store::{
        imports::{import_catalogue::CatalogueImport, import_ceilings::CeilingImport, import_rows::RowImport},
        postgres::error::StoreError,
        transaction::import::Import,
    },
};

const ROWS_AT_ONCE: usize = 1_000;
const BATCHES_WAITING_MAX: usize = 4;

/// Rows of a file on their way from the thread that reads it.
pub struct RowStream<T> {
    receiver: mpsc::Receiver<Vec<RowOutcome<T>>>,
    reading: JoinHandle<Result<FileFacts, FileError>>,
}

impl<T: Send + 'static> RowStream<T> {
    pub fn start(read: impl FnOnce(&mut Each<'_, T>) -> Result<(FileFacts, Counts), FileError> + Send + 'static) -> Self {
        Self::in_batches(ROWS_AT_ONCE, BATCHES_WAITING_MAX, read)
    }

    /// Of so many rows, so many of them waiting.
    pub fn in_batches(
        rows: usize,
        waiting: usize,
        read: impl FnOnce(&mut Each<'_, T>) -> Result<(FileFacts, Counts), FileError> + Send + 'static,
    ) -> Self {
        let (sender, receiver) = mpsc::channel(waiting);
        let reading = tokio::task::spawn_blocking(move || read_batches(rows, read, &sender));
        Self { receiver, reading }
    }

    pub async fn next(&mut self) -> Option<Vec<RowOutcome<T>>> {
        self.receiver.recv().await
    }

    /// After the last batch: how the file turned out to be written.
    pub async fn finish(self) -> Result<FileFacts, ImportError> {
        Ok(self.reading.await.map_err(|_| ImportError::Reader)??)
    }
}

fn read_batches<T>(
    rows: usize,
    read: impl FnOnce(&mut Each<'_, T>) -> Result<(FileFacts, Counts), FileError>,
    sender: &mpsc::Sender<Vec<RowOutcome<T>>>,
) -> Result<FileFacts, FileError> {
    let mut batch = Vec::with_capacity(rows);
    let gone = |_| Stop::new("the database side stopped");
    let (facts, _) = read(&mut |row| {
        batch.push(row);
        if batch.len() < rows {
            return Ok(());
        }
        let full = std::mem::replace(&mut batch, Vec::with_capacity(rows));
        sender.blocking_send(full).map_err(gone)
    })?;
    sender.blocking_send(batch).map_err(gone).map_err(FileError::Stopped)?;
    Ok(facts)
}

/// A file that is about to be read.
pub struct FileReader {
    pub path: PathBuf,
    pub bytes: u64,
    pub progress: Progress,
}

/// Where the accepted rows of one kind of file go.
pub(crate) trait Sink {
    type Row: Send + 'static;
    async fn take(&mut self, import: &mut Import<'_>, line: u64, row: Self::Row) -> Result<(), StoreError>;
    /// After the last row.
    async fn flush(&mut self, import: &Import<'_>) -> Result<(), StoreError>;
}

macro_rules! sinks {
    ($($sink:ty: $row:ty),* $(,)?) => {
        $(impl Sink for $sink {
            type Row = $row;
            async fn take(&mut self, import: &mut Import<'_>, line: u64, row: Self::Row) -> Result<(), StoreError> {
                Self::take(self, import, line, row).await
            }
            async fn flush(&mut self, import: &Import<'_>) -> Result<(), StoreError> {
                Self::flush(self, import).await
            }
        })*
    };
}
sinks!(
    CeilingImport: ListedRow,
    CatalogueImport: ListedPresentation,
    RowImport<ListedThermometer>: ListedThermometer,
    RowImport<ListedBenefit>: ListedBenefit,
    RowImport<ListedCumCode>: ListedCumCode,
    RowImport<ListedIumCode>: ListedIumCode,
    RowImport<ListedAuthorisation>: ListedAuthorisation,
    RowImport<ListedRate>: ListedRate,
    RowImport<SaleActor>: SaleActor,
    RowImport<UnitConvention>: UnitConvention,
    RowImport<PurchaseOrder>: PurchaseOrder,
    RowImport<Contract>: Contract,
    RowImport<ContractEvent>: ContractEvent,
);

pub type ReadRows<T> = fn(&Path, &dyn Fn(u64), &mut Each<'_, T>) -> Result<(FileFacts, Counts), FileError>;

/// Reads on a blocking thread and writes here; at most a few thousand rows are in memory at any time.
pub(crate) async fn pump<S: Sink>(
    import: &mut Import<'_>,
    reader: FileReader,
    read: ReadRows<S::Row>,
    sink: &mut S,
    report: &mut ImportReport,
) -> Result<FileFacts, ImportError> {
    let mut rows = RowStream::start(move |each| {
        let FileReader { path, bytes, progress } = reader;
        read(&path, &|done| progress(done, bytes), each)
    });
    while let Some(batch) = rows.next().await {
        for row in batch {
            match row {
                RowOutcome::Accepted { line, row } => Sink::take(sink, import, line, row).await?,
                RowOutcome::Quarantined(fault) => {
                    *report.reasons.entry(fault.reason).or_default() += 1;
                    import.quarantined(fault).await?;
                }
                RowOutcome::Refused(fault) | RowOutcome::Whole(fault) => import.refused(fault).await?,
                RowOutcome::Extra { line, values } => import.extra(line, values).await?,
            }
        }
    }
    let facts = rows.finish().await?;
    Sink::flush(sink, import).await?;
    Ok(facts)
}
