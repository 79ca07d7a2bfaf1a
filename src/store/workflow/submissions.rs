//! Submissions as rows: the body in pieces, the outcome, and the rejected rows.

use deadpool_postgres::{GenericClient, Transaction};
use jiff::{Timestamp, civil::Date};
use serde_json::Value as Json;
use tokio_postgres::{
    Row,
    types::{ToSql, Type},
};

use crate::{
    cells,
    domain::reports::source_row::RowFault,
    store::{
        imports::report_partition,
        postgres::{
            copy_writer::CopyWriter,
            error::{StoreError, corrupt},
            statements,
        },
        transaction::import::RowCounts,
    },
};

/// A file that was received completely.
#[derive(Clone, Debug)]
pub struct NewSubmission {
    pub id: String,
    /// report or invoice.
    pub kind: &'static str,
    pub principal: String,
    pub nit: String,
    pub key: String,
    pub request_digest: String,
    pub name: String,
    /// csv, ndjson, xlsx or med100; of invoices also dian, zip, rips or sismed.
    pub format: &'static str,
    pub gzip: bool,
    /// As written: `2020-Q2`.
    pub period: String,
    pub from: Date,
    pub until: Date,
    pub bytes: i64,
    pub sha256: String,
    pub dry_run: bool,
    pub rectifies: Option<String>,
    pub version: i32,
    pub received_at: Timestamp,
    /// The reporter says that it has no rows.
    pub zero_report: bool,
}

/// A submission claimed for validation.
#[derive(Clone, Debug)]
pub struct Received {
    pub id: String,
    pub principal: String,
    pub reporter: String,
    pub nit: String,
    pub format: String,
    pub gzip: bool,
    pub period: String,
    pub from: Date,
    pub until: Date,
    pub bytes: i64,
    pub sha256: String,
    pub dry_run: bool,
    pub rectifies: Option<String>,
    pub version: i32,
    pub received_at: Timestamp,
    /// The reporter says that it has no rows.
    pub zero_report: bool,
    /// The import of the version that this one corrects.
    pub rectified_file: Option<i64>,
    /// It becomes a partition.
    pub is_large: bool,
}

/// What a submission rests on that is prepared before its turn; the same at its turn, if nothing of that changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PreparationBasis {
    /// The newest import that may have changed the law or the catalogue.
    law: i64,
    /// The newest submission of its reporter.
    reported: i64,
}

impl PreparationBasis {
    pub async fn read(tx: &Transaction<'_>, nit: &str) -> Result<Self, StoreError> {
        let row = tx.query_one(statements::preparation_basis, &[&nit]).await?;
        Ok(Self { law: row.try_get("law")?, reported: row.try_get("reported")? })
    }
}

/// Its outcome.
#[derive(Clone, Debug)]
pub struct SubmissionOutcome {
    /// accepted, partly_quarantined or refused.
    pub state: &'static str,
    pub finished_at: Timestamp,
    pub import: Option<i64>,
    pub counts: RowCounts,
    pub flags: Json,
    pub reasons: Json,
    pub verdicts: Json,
    pub refusal: Option<FileRefusal>,
    /// It has no rows: nothing was sold.
    pub zero_report: bool,
    pub position: Option<i64>,
    pub receipt: Option<String>,
}

/// Why the whole file is refused, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRefusal {
    pub code: String,
    pub es: String,
    pub en: String,
}

pub async fn insert(tx: &Transaction<'_>, new: &NewSubmission) -> Result<(), StoreError> {
    let NewSubmission { id, principal, nit, key, request_digest, name, format, gzip, period, from, until, bytes, .. } = new;
    let NewSubmission { sha256, dry_run, rectifies, version, received_at, zero_report, kind, .. } = new;
    let params: &[&(dyn ToSql + Sync)] = &[
        id, principal, nit, key, request_digest, name, format, gzip, period, from, until, bytes, sha256, dry_run, rectifies,
        version, received_at, zero_report, kind,
    ];
    tx.execute(statements::insert_submission, params).await?;
    Ok(())
}

/// Whether a submission becomes a partition; `None`: it is finished.
pub async fn is_large(client: &impl GenericClient, id: &str) -> Result<Option<bool>, StoreError> {
    client.query_opt(statements::submission_size, &[&id]).await?.as_ref().map(is_large_row).transpose()
}

/// The rows of `unfinished_submissions`, each with whether it becomes a partition.
pub fn unfinished(rows: &[Row]) -> Result<Vec<(String, bool)>, StoreError> {
    rows.iter().map(|row| Ok((row.try_get("id")?, is_large_row(row)?))).collect()
}

fn is_large_row(row: &Row) -> Result<bool, StoreError> {
    let is_compressed = row.try_get("gzip")? || row.try_get::<_, &str>("format")? == "xlsx";
    Ok(report_partition::is_large(row.try_get("bytes")?, is_compressed))
}

/// `None`: finished before, or claimed by another service.
pub async fn take_up(tx: &Transaction<'_>, id: &str) -> Result<Option<Received>, StoreError> {
    let Some(row) = tx.query_opt(statements::lock_submission, &[&id]).await? else { return Ok(None) };
    Ok(Some(Received {
        id: row.try_get("id")?,
        principal: row.try_get("principal_id")?,
        reporter: row.try_get("reporter")?,
        nit: row.try_get("nit")?,
        format: row.try_get("format")?,
        gzip: row.try_get("gzip")?,
        period: row.try_get("period")?,
        from: row.try_get("period_from")?,
        until: row.try_get("period_until")?,
        bytes: row.try_get("bytes")?,
        sha256: row.try_get("sha256")?,
        dry_run: row.try_get("dry_run")?,
        rectifies: row.try_get("rectifies")?,
        version: row.try_get("version")?,
        received_at: row.try_get("received_at")?,
        zero_report: row.try_get("zero_report")?,
        rectified_file: row.try_get("rectified_file")?,
        is_large: is_large_row(&row)?,
    }))
}

pub async fn finish(tx: &Transaction<'_>, id: &str, outcome: &SubmissionOutcome) -> Result<(), StoreError> {
    let SubmissionOutcome {
        state,
        finished_at,
        import,
        counts,
        flags,
        reasons,
        verdicts,
        refusal,
        position,
        receipt,
        zero_report,
    } = outcome;
    let code = refusal.as_ref().map(|refusal| &refusal.code);
    let (es, en) = (refusal.as_ref().map(|refusal| &refusal.es), refusal.as_ref().map(|refusal| &refusal.en));
    let RowCounts { read, accepted, quarantined, refused } = counts;
    let params: &[&(dyn ToSql + Sync)] = &[
        &id, state, finished_at, import, read, accepted, quarantined, refused, flags, reasons, verdicts, &code, &en, position,
        receipt, zero_report, &es,
    ];
    let changed = tx.execute(statements::finish_submission, params).await?;
    if changed == 1 { Ok(()) } else { Err(corrupt("submission", format!("{id} is not there"))) }
}

/// Rejected rows to be written to the database.
pub struct FaultWriter {
    bulk: CopyWriter,
    ordinal: i64,
}

impl Default for FaultWriter {
    fn default() -> Self {
        let types = [Type::TEXT, Type::INT8, Type::TEXT, Type::INT8, Type::TEXT, Type::TEXT, Type::TEXT];
        Self { bulk: CopyWriter::new(statements::copy_submission_faults, &types), ordinal: 0 }
    }
}

impl FaultWriter {
    pub async fn add(
        &mut self,
        tx: &Transaction<'_>,
        submission: &str,
        refused: bool,
        fault: RowFault,
    ) -> Result<(), StoreError> {
        self.ordinal += 1;
        let RowFault { line, column, value, reason, .. } = fault;
        let (fate, line) = (if refused { "refused" } else { "quarantined" }, i64::try_from(line).unwrap_or(i64::MAX));
        let value = value.replace('\0', "\u{fffd}");
        if self.bulk.push(cells![submission.to_owned(), self.ordinal, fate, line, column, value, reason]) {
            self.bulk.flush(tx).await?;
        }
        Ok(())
    }

    pub async fn flush(&mut self, tx: &Transaction<'_>) -> Result<(), StoreError> {
        self.bulk.flush(tx).await
    }
}
