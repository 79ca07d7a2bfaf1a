//! One file from disk into the database: reading on a thread of its own, writing in one transaction, bounded in between.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::civil::Date;
use tokio::{sync::mpsc, task::JoinHandle};

use crate::{
    clock::Clock,
    domain::{
        listed::{ListedPresentation, ListedRow, ListedThermometer},
        source_row::SourceRow,
    },
    importing_reports::import_reports,
    ingest::{self, Counts, Each, FileError, FileFacts, SourceKind, Stop},
    store::{
        cases, changes,
        error::StoreError,
        import::{Begun, Import, NewFile, ReadFacts, RowCounts},
        import_catalogue::CatalogueImport,
        import_ceilings::CeilingImport,
        import_thermometer::ThermometerImport,
        medicines,
        pool::Database,
        rejudge::{rejudge, rejudge_if_method_changed},
    },
};

#[derive(Clone, Debug)]
pub struct ImportOptions {
    pub dry_run: bool,
    pub max_age_days: i32,
    /// The day up to which a list speaks, where neither the file nor its name says so.
    pub cut_date: Option<Date>,
    /// When a change of verdicts is entered into the history of cases.
    pub clock: Clock,
}

#[derive(Clone, Debug, Default)]
pub struct ImportReport {
    pub sha256: String,
    pub counts: RowCounts,
    pub already_imported: bool,
    /// Layout, encoding, number format, cut date: how the file was understood.
    pub facts: Option<FileFacts>,
    /// Reports by verdict, when the file holds reports.
    pub verdicts: BTreeMap<&'static str, u64>,
    /// Reports whose earlier verdict this file changed the ground of.
    pub rejudged: u64,
    pub reasons: BTreeMap<&'static str, u64>,
}

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the reader stopped unexpectedly")]
    Reader,
}

/// Called with (bytes read so far, bytes in all).
pub type Progress = Arc<dyn Fn(u64, u64) + Send + Sync>;

const ROWS_AT_ONCE: usize = 1_000;
const BATCHES_WAITING_MAX: usize = 4;

pub async fn import_file(
    database: &Database,
    kind: SourceKind,
    path: &Path,
    options: &ImportOptions,
    progress: Progress,
) -> Result<ImportReport, ImportError> {
    let fingerprinted = path.to_owned();
    let (sha256, bytes) =
        tokio::task::spawn_blocking(move || ingest::fingerprint(&fingerprinted)).await.map_err(|_| ImportError::Reader)??;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let file = NewFile { kind: kind.code(), name: &name, sha256: &sha256, bytes: i64::try_from(bytes).unwrap_or(i64::MAX) };
    let mut client = database.writer().await?;
    let mut report = ImportReport { sha256: sha256.clone(), ..ImportReport::default() };
    let mut import = match Import::begin(&mut client, &file).await? {
        Begun::AlreadyImported(counts) => return Ok(ImportReport { counts, already_imported: true, ..report }),
        Begun::Fresh(import) => import,
    };
    let reader = Reader { path: path.to_owned(), bytes, progress };
    let facts = fill(database, &mut import, kind, reader, options, &mut report).await?;
    let written = ReadFacts {
        layout: facts.layout,
        encoding: facts.encoding,
        number_format: facts.number_format,
        cut_date: facts.cut_date,
    };
    report.counts = import.finish(&written, options.dry_run).await?;
    report.facts = Some(facts);
    Ok(report)
}

async fn fill(
    database: &Database,
    import: &mut Import<'_>,
    kind: SourceKind,
    reader: Reader,
    options: &ImportOptions,
    report: &mut ImportReport,
) -> Result<FileFacts, ImportError> {
    match kind {
        SourceKind::Ceilings => ceilings(import, reader, options, report).await,
        SourceKind::Catalogue => {
            let mut sink = CatalogueImport::begin();
            let facts = pump(import, reader, ingest::read_catalogue, &mut sink, report).await?;
            sink.flush(import).await?;
            medicines::rebuild(import).await?;
            changes::tell_products(&import.tx, import.file).await?;
            rejudged(import, options, report).await?;
            Ok(facts)
        }
        SourceKind::Thermometer => {
            let mut sink = ThermometerImport::begin();
            let facts = pump(import, reader, ingest::read_thermometer, &mut sink, report).await?;
            sink.flush(import).await?;
            medicines::rebuild(import).await?;
            changes::tell_products(&import.tx, import.file).await?;
            Ok(facts)
        }
        SourceKind::Sismed => {
            let Reader { path, bytes, progress } = reader;
            rejudge_if_method_changed(import, options.max_age_days).await?;
            let law = database.object().await?;
            let read = import_reports(import, law, path, bytes, options.max_age_days, progress).await?;
            (report.verdicts, report.reasons) = (read.verdicts, read.reasons);
            Ok(read.facts)
        }
    }
}

async fn ceilings(
    import: &mut Import<'_>,
    reader: Reader,
    options: &ImportOptions,
    report: &mut ImportReport,
) -> Result<FileFacts, ImportError> {
    let mut sink = CeilingImport::begin(import).await?;
    let mut facts = pump(import, reader, ingest::read_ceilings, &mut sink, report).await?;
    sink.flush(import).await?;
    // Without any other word a list speaks only up to the day its newest act took effect.
    facts.cut_date = options.cut_date.or(facts.cut_date).or(sink.newest_act);
    let FileFacts { layout, encoding, number_format, cut_date, .. } = facts;
    import.state_facts(&ReadFacts { layout, encoding, number_format, cut_date }).await?;
    sink.fill_contents(import).await?;
    medicines::rebuild(import).await?;
    changes::tell(&import.tx, Some(import.file)).await?;
    rejudged(import, options, report).await?;
    Ok(facts)
}

async fn rejudged(import: &Import<'_>, options: &ImportOptions, report: &mut ImportReport) -> Result<(), ImportError> {
    let done = rejudge(import, options.max_age_days, None).await?;
    report.rejudged = done.changed;
    cases::refresh(&import.tx, import.file, (options.clock.now(), options.clock.today()), options.max_age_days).await?;
    report.verdicts = done.verdicts.into_iter().collect();
    Ok(())
}

struct Reader {
    path: PathBuf,
    bytes: u64,
    progress: Progress,
}

/// Where the accepted rows of one kind of file go.
trait Sink {
    type Row: Send + 'static;
    async fn take(&mut self, import: &mut Import<'_>, line: u64, row: Self::Row) -> Result<(), StoreError>;
}

macro_rules! sinks {
    ($($sink:ty: $row:ty),* $(,)?) => {
        $(impl Sink for $sink {
            type Row = $row;
            async fn take(&mut self, import: &mut Import<'_>, line: u64, row: Self::Row) -> Result<(), StoreError> {
                Self::take(self, import, line, row).await
            }
        })*
    };
}
sinks!(CeilingImport: ListedRow, CatalogueImport: ListedPresentation, ThermometerImport: ListedThermometer);

type Read<T> = fn(&Path, &dyn Fn(u64), &mut Each<'_, T>) -> Result<(FileFacts, Counts), FileError>;

/// Reads on a blocking thread and writes here; at most a few thousand rows are in memory at any time.
async fn pump<S: Sink>(
    import: &mut Import<'_>,
    reader: Reader,
    read: Read<S::Row>,
    sink: &mut S,
    report: &mut ImportReport,
) -> Result<FileFacts, ImportError> {
    let mut rows = RowStream::start(move |each| {
        let Reader { path, bytes, progress } = reader;
        read(&path, &|done| progress(done, bytes), each)
    });
    while let Some(batch) = rows.next().await {
        for row in batch {
            match row {
                SourceRow::Accepted { line, row } => Sink::take(sink, import, line, row).await?,
                SourceRow::Quarantined(fault) => {
                    *report.reasons.entry(fault.reason).or_default() += 1;
                    import.quarantined(fault).await?;
                }
                SourceRow::Refused(fault) | SourceRow::Whole(fault) => import.refused(fault).await?,
                SourceRow::Extra { line, values } => import.extra(line, values),
            }
        }
    }
    rows.finish().await
}

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
