//! Loads a submission: its rows are read, validated, judged and written, each step on its own, with bounded buffers.

use std::{collections::BTreeMap, path::PathBuf};

use bytes::Bytes;
use deadpool_postgres::Transaction;
use jiff::civil::Date;

use crate::{
    domain::reports::source_row::{RowFault, RowOutcome},
    import::{report::ImportError, stream::RowStream},
    ingest::{self, Empty, FileError, FileFacts, IntakeFormat, IntakeRow, IntakeWindow},
    store::{
        imports::{
            import_sismed::{ReportOrigin, SismedImport},
            report_partition::{self, ReportPartition},
        },
        judging::{file_rows::FileRows, peer_flags},
        postgres::error::StoreError,
        transaction::import::RowCounts,
        workflow::submissions::{FaultWriter, Received},
    },
};

/// Of a dry run or a refused file nothing is stored but its result, so the faults are held in memory: these many.
const FAULTS_HELD_MAX: usize = 10_000;
/// The law is loaded for the products of so many rows at once, as in imports.
const ROWS_AT_ONCE: usize = 16_000;

/// Everything learned of the rows.
#[derive(Default)]
pub(super) struct Findings {
    pub counts: RowCounts,
    pub flags: BTreeMap<&'static str, u64>,
    pub reasons: BTreeMap<&'static str, u64>,
    pub verdicts: BTreeMap<&'static str, u64>,
    pub held: Vec<(bool, RowFault)>,
    /// What is wrong with the file as a whole, first of all.
    pub whole: Option<&'static str>,
}

/// Rows that were written; those of a partition count once it is attached.
pub(super) struct LoadedRows {
    pub facts: FileFacts,
    pub sink: SismedImport,
    pub partition: Option<ReportPartition>,
    pub rows: FileRows,
}

/// What a submission is loaded by.
pub(super) struct Loading<'a> {
    pub received: &'a Received,
    pub path: PathBuf,
    pub today: Date,
    pub max_age_days: i32,
    /// The number of its file.
    pub file: i64,
}

impl Loading<'_> {
    /// What was found so far stands in `found` after an error too.
    pub async fn run(&self, tx: &Transaction<'_>, found: &mut Findings) -> Result<LoadedRows, ImportError> {
        let Self { received, file, max_age_days, .. } = *self;
        let partition =
            if received.is_large { Some(ReportPartition::of_submission(tx, file, &received.nit).await?) } else { None };
        let part = report_partition::part(partition.as_ref());
        let mut sink = SismedImport::begin(tx, file, part, max_age_days).await?;
        let mut stream = self.stream();
        let mut faults = FaultWriter::default();
        let mut encoded = Vec::new();
        while let Some(batch) = stream.next().await {
            let reports =
                batch.iter().filter_map(|row| if let RowOutcome::Accepted { row, .. } = row { Some(&row.report) } else { None });
            sink.prepare(tx, reports).await?;
            let reporter = received.nit.clone();
            let judging = tokio::task::spawn_blocking(move || judge(sink, batch, &reporter));
            // One batch is written while the next is judged.
            let (judged, written) = tokio::join!(judging, write(tx, partition.as_ref(), std::mem::take(&mut encoded)));
            written?;
            let judged = judged.map_err(|_| ImportError::Reader)??;
            (sink, encoded) = (judged.sink, judged.encoded);
            found.counts.add(RowCounts { read: judged.accepted, accepted: judged.accepted, ..RowCounts::default() });
            for (refused, fault) in judged.rejected.into_iter().filter_map(|row| found.rejected(row)) {
                if !received.dry_run {
                    faults.add(tx, &received.id, refused, fault).await?;
                }
            }
        }
        let facts = finished(stream, received.zero_report).await?;
        encoded.extend(sink.encoded());
        write(tx, partition.as_ref(), encoded).await?;
        faults.flush(tx).await?;
        found.flags = sink.flags();
        found.verdicts = sink.verdicts();
        let rows = FileRows { file, table: report_partition::table(partition.as_ref()) };
        Ok(LoadedRows { facts, sink, partition, rows })
    }

    fn stream(&self) -> RowStream<IntakeRow> {
        let received = self.received;
        let window =
            IntakeWindow { from: received.from, until: received.until, today: self.today, reporter: received.nit.parse().ok() };
        let format = IntakeFormat::from_code(&received.format).unwrap_or(IntakeFormat::Csv);
        let path = self.path.clone();
        RowStream::in_batches(ROWS_AT_ONCE, 1, move |each| ingest::read_intake(&path, format, &window, &|_| (), each))
    }
}

impl LoadedRows {
    /// Indexes the partition, and marks what depends on other reports.
    pub async fn flag(&self, tx: &Transaction<'_>, received: &Received, found: &mut Findings) -> Result<(), StoreError> {
        // Rows that change before there is an index make it one that this transaction cannot use.
        if let Some(partition) = &self.partition {
            partition.index(tx).await?;
        }
        found.flags.extend(peer_flags::flag(tx, &self.rows, &received.nit, received.rectified_file).await?);
        Ok(())
    }
}

impl Findings {
    /// Notes a row that was not taken. Gives it back if it is one of the file's rows, with whether it was refused.
    fn rejected(&mut self, row: RowOutcome<IntakeRow>) -> Option<(bool, RowFault)> {
        let (refused, fault) = match row {
            RowOutcome::Quarantined(fault) => (false, fault),
            RowOutcome::Refused(fault) => (true, fault),
            RowOutcome::Accepted { .. } | RowOutcome::Extra { .. } => return None,
            RowOutcome::Whole(fault) => {
                self.whole.get_or_insert(fault.reason);
                *self.reasons.entry(fault.reason).or_default() += 1;
                self.held.push((true, fault));
                return None;
            }
        };
        *self.reasons.entry(fault.reason).or_default() += 1;
        let (quarantined, refusals) = if refused { (0, 1) } else { (1, 0) };
        self.counts.add(RowCounts { read: 1, accepted: 0, quarantined, refused: refusals });
        // Until the last row it is not known whether the file is taken.
        if self.held.len() < FAULTS_HELD_MAX {
            self.held.push((refused, fault.clone()));
        }
        Some((refused, fault))
    }
}

/// From the thread that judges.
struct JudgedBatch {
    sink: SismedImport,
    accepted: i64,
    /// Whole COPYs.
    encoded: Vec<Bytes>,
    rejected: Vec<RowOutcome<IntakeRow>>,
}

fn judge(mut sink: SismedImport, batch: Vec<RowOutcome<IntakeRow>>, reporter: &str) -> Result<JudgedBatch, StoreError> {
    let (mut accepted, mut encoded, mut rejected) = (0, Vec::new(), Vec::new());
    for row in batch {
        let RowOutcome::Accepted { line, row } = row else {
            rejected.push(row);
            continue;
        };
        let IntakeRow { report, counterparty, flags } = row;
        let origin = ReportOrigin { reporter: Some(reporter.to_owned()), counterparty, flags };
        if sink.take(line, &report, &origin)? {
            encoded.extend(sink.encoded());
        }
        accepted += 1;
    }
    Ok(JudgedBatch { sink, accepted, encoded, rejected })
}

async fn write(tx: &Transaction<'_>, partition: Option<&ReportPartition>, encoded: Vec<Bytes>) -> Result<(), StoreError> {
    for rows in encoded {
        report_partition::load(tx, partition, rows).await?;
    }
    Ok(())
}

async fn finished(stream: RowStream<IntakeRow>, is_zero_report: bool) -> Result<FileFacts, ImportError> {
    match stream.finish().await {
        // An empty body is a mistake, unless the request says that there is nothing to report.
        Err(ImportError::File(FileError::Empty(Empty::NoText | Empty::NoObjects))) if is_zero_report => Ok(nothing_read()),
        facts => facts,
    }
}

/// Of a body that is empty on purpose.
fn nothing_read() -> FileFacts {
    let (encoding, number_format) = ("utf-8", "1234.56");
    FileFacts { layout: "zero-report", encoding, delimiter: None, number_format, cut_date: None, extra_columns: Vec::new() }
}
