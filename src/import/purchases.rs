//! Imports lines of purchases: reading, judging and writing at the same time, with bounded buffers.

use std::{collections::BTreeMap, path::PathBuf};

use deadpool_postgres::Object;
use jiff::civil::Date;
use tokio::sync::mpsc;

use super::{
    purchase_judge::PurchaseJudge,
    report::{ImportError, Progress},
    stream::RowStream,
};
use crate::{
    domain::{
        identifier::nit::Nit,
        purchases::{purchase::Purchase, reading::PurchaseReading},
        reports::source_row::{RowFault, RowOutcome},
        verdict::judge::Verdict,
    },
    ingest::{self, FileFacts},
    read_model::{ReadModel, verdicts::line_tables::LineTables},
    store::{
        catalogue::law_library::LawRepository,
        imports::purchase_rows::{EncodedPurchases, PurchasePartition, PurchaseRows},
        postgres::{
            connections::WriteConnection,
            database::Database,
            error::{StoreError, corrupt},
            statements,
        },
        transaction::import::Import,
    },
};

/// Lines that are judged together: the law is loaded for all that they can mean.
pub const ROWS_AT_ONCE: usize = 4_000;
const WAITING_MAX: usize = 1;

/// Lines that were read, judged and written.
pub struct LoadedPurchases {
    pub facts: FileFacts,
    pub tally: PurchaseTally,
    /// Why rows were set aside.
    pub reasons: BTreeMap<&'static str, u64>,
}

/// How lines were judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PurchaseTally {
    pub verdicts: BTreeMap<&'static str, u64>,
    /// Of those that cannot be compared, by the first reason.
    pub cannot_compare: BTreeMap<&'static str, u64>,
}

impl PurchaseTally {
    pub fn add(&mut self, reading: &PurchaseReading) {
        *self.verdicts.entry(reading.verdict.code()).or_default() += 1;
        if reading.verdict == Verdict::CannotCompare
            && let Some(first) = reading.reasons.first()
        {
            *self.cannot_compare.entry(first).or_default() += 1;
        }
    }
}

/// From the one who judges to the one who writes.
#[derive(Default)]
struct JudgedLines {
    accepted: i64,
    rows: Option<EncodedPurchases>,
    /// With whether it was refused.
    faults: Vec<(bool, RowFault)>,
}

/// Reads texts and judges lines on connections of its own: the import's lock keeps the law still.
pub struct LineReader {
    model: ReadModel,
    law: WriteConnection<Object>,
    judge: PurchaseJudge,
}

impl LineReader {
    pub async fn begin(database: &Database, max_age_days: i32) -> Result<Self, StoreError> {
        let model = ReadModel::new(database.clone(), max_age_days);
        let law = database.write_connection().await?;
        let judge = PurchaseJudge::new(model.item_index().await?, LawRepository::begin(&*law, max_age_days, None).await?);
        Ok(Self { model, law, judge })
    }

    /// Before lines are judged together: the law of all that they can mean, and what is known of their parties.
    pub async fn prepare(&mut self, lines: &[&Purchase]) -> Result<LineTables, StoreError> {
        self.judge.prepare(&*self.law, lines.iter().copied()).await?;
        let mut parties: Vec<Nit> = lines.iter().flat_map(|line| [Some(line.buyer), line.seller.nit()]).flatten().collect();
        parties.sort_unstable();
        parties.dedup();
        self.model.tables_for_lines(&parties).await
    }

    pub fn judge(&mut self, line: &Purchase, tables: &LineTables) -> PurchaseReading {
        self.judge.judge(line, tables)
    }
}

/// Judges while the import writes.
struct LineWork {
    reader: LineReader,
    rows: PurchaseRows,
    tally: PurchaseTally,
    today: Date,
}

/// A file that is about to be read.
pub struct PurchaseFile {
    pub path: PathBuf,
    pub bytes: u64,
    pub progress: Progress,
}

pub async fn import_purchases(
    database: &Database,
    import: &mut Import<'_>,
    file: PurchaseFile,
    max_age_days: i32,
    today: Date,
) -> Result<LoadedPurchases, ImportError> {
    let rows = PurchaseRows::new(import.file, ceilings_in_use(import).await?);
    let partition = PurchasePartition::create(&import.tx, import.file).await?;
    let reader = LineReader::begin(database, max_age_days).await?;
    let mut work = LineWork { reader, rows, tally: PurchaseTally::default(), today };
    let PurchaseFile { path, bytes, progress } = file;
    let mut lines =
        RowStream::in_batches(ROWS_AT_ONCE, 1, move |each| ingest::read_tvec_items(&path, &|done| progress(done, bytes), each));
    let (sender, mut receiver) = mpsc::channel(WAITING_MAX);
    let judging = tokio::spawn(async move {
        while let Some(batch) = lines.next().await {
            let judged = work.judge(batch).await?;
            // The writer has stopped with an error of its own.
            if sender.send(judged).await.is_err() {
                break;
            }
        }
        Ok::<_, StoreError>((work.tally, lines))
    });
    let mut reasons = BTreeMap::new();
    while let Some(judged) = receiver.recv().await {
        write(import, &partition, judged, &mut reasons).await?;
    }
    let (tally, lines) = judging.await.map_err(|_| ImportError::Reader)??;
    let facts = lines.finish().await?;
    partition.attach(&import.tx).await?;
    Ok(LoadedPurchases { facts, tally, reasons })
}

/// The list in force, which readings name.
pub async fn ceilings_in_use(import: &Import<'_>) -> Result<Option<i64>, StoreError> {
    let row = import.tx.query_opt(statements::ceilings_in_use, &[]).await?;
    Ok(row.map(|row| row.try_get("id")).transpose()?)
}

impl LineWork {
    async fn judge(&mut self, batch: Vec<RowOutcome<Purchase>>) -> Result<JudgedLines, StoreError> {
        let accepted = batch.iter().filter_map(|row| if let RowOutcome::Accepted { row, .. } = row { Some(row) } else { None });
        let tables = self.reader.prepare(&accepted.collect::<Vec<_>>()).await?;
        let mut judged = JudgedLines::default();
        for row in batch {
            match row {
                RowOutcome::Accepted { line, row } if row.ordered_on > self.today => {
                    let (column, value) = (Some("fecha".to_owned()), row.ordered_on.to_string());
                    judged.faults.push((false, RowFault { sheet: None, line, column, value, reason: "date_in_future" }));
                }
                RowOutcome::Accepted { line, row } => {
                    let line = i32::try_from(line).map_err(|_| corrupt("purchase", "a file of more than 2,147,483,647 lines"))?;
                    let reading = self.reader.judge(&row, &tables);
                    self.tally.add(&reading);
                    self.rows.push(line, &row, &reading)?;
                    judged.accepted += 1;
                }
                RowOutcome::Quarantined(fault) => judged.faults.push((false, fault)),
                RowOutcome::Refused(fault) | RowOutcome::Whole(fault) => judged.faults.push((true, fault)),
                // The names of columns that nobody knows are kept, their values may name people.
                RowOutcome::Extra { .. } => {}
            }
        }
        judged.rows = self.rows.take();
        Ok(judged)
    }
}

async fn write(
    import: &mut Import<'_>,
    partition: &PurchasePartition,
    judged: JudgedLines,
    reasons: &mut BTreeMap<&'static str, u64>,
) -> Result<(), ImportError> {
    import.counts.read += judged.accepted;
    import.counts.accepted += judged.accepted;
    if let Some(rows) = judged.rows {
        partition.load(&import.tx, rows).await?;
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
