//! Imports a file of reports: reading, judging and writing at the same time, with bounded buffers.

use std::{collections::BTreeMap, path::PathBuf};

use bytes::Bytes;
use deadpool_postgres::Object;
use jiff::civil::Date;
use tokio::sync::mpsc;

use super::{
    report::{ImportError, Progress},
    stream::RowStream,
};
use crate::{
    domain::{
        law::listed::SismedReport,
        reports::source_row::{RowFault, RowOutcome},
    },
    ingest::{self, FileFacts},
    store::{
        imports::{
            import_sismed::{ReportOrigin, SismedImport},
            report_partition::{self, BYTES_MIN, ReportPartition},
        },
        postgres::{connections::WriteConnection, error::StoreError},
        transaction::import::Import,
    },
};

/// Reports that were read, judged and loaded; they count once they are attached.
pub struct LoadedReports {
    pub facts: FileFacts,
    pub reasons: BTreeMap<&'static str, u64>,
    sink: SismedImport,
    partition: Option<ReportPartition>,
}

impl LoadedReports {
    /// The partition of the rows: the file's own, or the shared one.
    pub fn part(&self) -> i64 {
        self.sink.part()
    }

    pub fn covers(&self) -> Option<(Date, Date)> {
        self.sink.covers()
    }

    pub fn verdicts(&self) -> BTreeMap<&'static str, u64> {
        self.sink.verdicts()
    }

    pub fn cannot_compare(&self) -> BTreeMap<&'static str, u64> {
        self.sink.cannot_compare()
    }

    pub async fn attach(&self, import: &Import<'_>) -> Result<(), StoreError> {
        if let Some(partition) = &self.partition {
            partition.attach(&import.tx).await?;
        }
        self.sink.finish(import).await
    }
}

/// From the one who judges to the one who writes.
#[derive(Default)]
struct Judged {
    accepted: i64,
    rows: Option<Bytes>,
    /// With whether it was refused.
    faults: Vec<(bool, RowFault)>,
}

const WAITING_MAX: usize = 1;
/// The law is loaded for the products of so many rows at once: fewer would ask the database too often, more would take memory.
const ROWS_AT_ONCE: usize = 16_000;
/// Faults are sent on with the rows among which they stand, or when there are so many.
const FAULTS_AT_ONCE: usize = 1_000;

pub async fn import_reports(
    import: &mut Import<'_>,
    law: WriteConnection<Object>,
    path: PathBuf,
    bytes: u64,
    max_age_days: i32,
    progress: Progress,
) -> Result<LoadedReports, ImportError> {
    let partition = if bytes >= BYTES_MIN { Some(ReportPartition::create(&import.tx, import.file).await?) } else { None };
    let part = report_partition::part(partition.as_ref());
    let mut sink = SismedImport::begin(&*law, import.file, part, max_age_days).await?;
    let mut rows =
        RowStream::in_batches(ROWS_AT_ONCE, 1, move |each| ingest::read_sismed(&path, &|done| progress(done, bytes), each));
    let (sender, mut receiver) = mpsc::channel(WAITING_MAX);
    let judging = tokio::spawn(async move {
        while let Some(batch) = rows.next().await {
            if !judge(&mut sink, &law, batch, &sender).await? {
                break;
            }
        }
        let last = Judged { rows: sink.encoded(), ..Judged::default() };
        // The writer has stopped with an error of its own.
        let _ = sender.send(last).await;
        Ok::<_, StoreError>((sink, rows))
    });
    let mut reasons = BTreeMap::new();
    while let Some(judged) = receiver.recv().await {
        write(import, partition.as_ref(), judged, &mut reasons).await?;
    }
    let (sink, rows) = judging.await.map_err(|_| ImportError::Reader)??;
    let facts = rows.finish().await?;
    Ok(LoadedReports { facts, reasons, sink, partition })
}

/// False when the writer has stopped.
async fn judge(
    sink: &mut SismedImport,
    law: &WriteConnection<Object>,
    batch: Vec<RowOutcome<SismedReport>>,
    sender: &mpsc::Sender<Judged>,
) -> Result<bool, StoreError> {
    let reports = batch.iter().filter_map(|row| if let RowOutcome::Accepted { row, .. } = row { Some(row) } else { None });
    sink.prepare(&**law, reports).await?;
    let (mut judged, origin) = (Judged::default(), ReportOrigin::default());
    for row in batch {
        let full = match row {
            RowOutcome::Accepted { line, row } => {
                judged.accepted += 1;
                sink.take(line, &row, &origin)?
            }
            RowOutcome::Quarantined(fault) => fault_waits(&mut judged, false, fault),
            RowOutcome::Refused(fault) | RowOutcome::Whole(fault) => fault_waits(&mut judged, true, fault),
            // Of reports only the names of extra columns are kept: there are millions.
            RowOutcome::Extra { .. } => false,
        };
        if full {
            judged.rows = sink.encoded();
            if sender.send(std::mem::take(&mut judged)).await.is_err() {
                return Ok(false);
            }
        }
    }
    Ok(sender.send(judged).await.is_ok())
}

fn fault_waits(judged: &mut Judged, refused: bool, fault: RowFault) -> bool {
    judged.faults.push((refused, fault));
    judged.faults.len() >= FAULTS_AT_ONCE
}

async fn write(
    import: &mut Import<'_>,
    partition: Option<&ReportPartition>,
    judged: Judged,
    reasons: &mut BTreeMap<&'static str, u64>,
) -> Result<(), ImportError> {
    import.counts.read += judged.accepted;
    import.counts.accepted += judged.accepted;
    if let Some(rows) = judged.rows {
        report_partition::load(&import.tx, partition, rows).await?;
    }
    for (refused, fault) in judged.faults {
        if refused {
            import.refused(fault).await?;
        } else {
            *reasons.entry(fault.reason).or_default() += 1;
            import.quarantined(fault).await?;
        }
    }
    Ok(())
}
