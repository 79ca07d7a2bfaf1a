//! Rows of a file in batches, from the blocking thread that reads them to the task that takes them; only a few batches wait in between.

use tokio::{sync::mpsc, task::JoinHandle};

use crate::{
    domain::source_row::SourceRow,
    importing::ImportError,
    ingest::{Counts, Each, FileError, FileFacts, Stop},
};

const ROWS_AT_ONCE: usize = 1_000;
const BATCHES_WAITING_MAX: usize = 4;

/// Rows of a file on their way from the thread that reads it.
pub struct RowStream<T> {
    receiver: mpsc::Receiver<Vec<SourceRow<T>>>,
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

    pub async fn next(&mut self) -> Option<Vec<SourceRow<T>>> {
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
    sender: &mpsc::Sender<Vec<SourceRow<T>>>,
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
