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
    read_model::ReadModel,
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
const ROWS_AT_ONCE: usize = 4_000;
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

/// Reads texts and judges lines on a connection of its own, while the import writes on its.
struct LineWork {
    model: ReadModel,
    law: WriteConnection<Object>,
    judge: PurchaseJudge,
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
    let ceilings = import.tx.query_opt(statements::ceilings_in_use, &[]).await.map_err(StoreError::from)?;
    let ceilings = ceilings.map(|row| row.try_get("id")).transpose().map_err(StoreError::from)?;
    let model = ReadModel::new(database.clone(), max_age_days);
    let law = database.write_connection().await?;
    let judge = PurchaseJudge::new(model.item_index().await?, LawRepository::begin(&*law, max_age_days, None).await?);
    let (rows, partition) = (PurchaseRows::new(import.file, ceilings), PurchasePartition::create(&import.tx, import.file).await?);
    let mut work = LineWork { model, law, judge, rows, tally: PurchaseTally::default(), today };
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
    partition.attach(&import.tx).await?;
    Ok(LoadedPurchases { facts: lines.finish().await?, tally, reasons })
}

impl LineWork {
    async fn judge(&mut self, batch: Vec<RowOutcome<Purchase>>) -> Result<JudgedLines, StoreError> {
        let purchases =
            || batch.iter().filter_map(|row| if let RowOutcome::Accepted { row, .. } = row { Some(row) } else { None });
        self.judge.prepare(&*self.law, purchases()).await?;
        let mut parties: Vec<Nit> = purchases().flat_map(|line| [Some(line.buyer), line.seller.nit()]).flatten().collect();
        parties.sort_unstable();
        parties.dedup();
        let tables = self.model.tables_for_lines(&parties).await?;
        let mut judged = JudgedLines::default();
        for row in batch {
            match row {
                RowOutcome::Accepted { line, row } if row.ordered_on > self.today => {
                    let (column, value) = (Some("fecha".to_owned()), row.ordered_on.to_string());
                    judged.faults.push((false, RowFault { sheet: None, line, column, value, reason: "date_in_future" }));
                }
                RowOutcome::Accepted { line, row } => {
                    let line = i32::try_from(line).map_err(|_| corrupt("purchase", "a file of more than 2,147,483,647 lines"))?;
                    let reading = self.judge.judge(&row, &tables);
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
