//! Submissions as their reporters and the regulator see them.

use jiff::Timestamp;
use serde_json::Value as Json;
use tokio_postgres::Row;

use crate::{
    read_model::{ReadModel, statements},
    store::postgres::error::StoreError,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    pub id: String,
    /// report or invoice.
    pub kind: String,
    pub nit: String,
    pub reporter: String,
    pub name: String,
    pub format: String,
    pub gzip: bool,
    pub period: String,
    pub bytes: i64,
    pub sha256: String,
    pub dry_run: bool,
    pub rectifies: Option<String>,
    pub rectified_by: Option<String>,
    pub version: i32,
    pub received_at: Timestamp,
    pub state: String,
    /// `None` while it is received or validating.
    pub finished_at: Option<Timestamp>,
    pub rows_read: i64,
    pub rows_accepted: i64,
    pub rows_quarantined: i64,
    pub rows_refused: i64,
    pub flags: Json,
    pub reasons: Json,
    pub verdicts: Json,
    pub refusal_code: Option<String>,
    /// In English, and in Spanish; older refusals have one text.
    pub refusal_detail: Option<String>,
    pub refusal_detail_es: Option<String>,
    pub zero_report: bool,
    pub position: Option<i64>,
    pub receipt: Option<String>,
    /// Index and hash of the receipt's leaf in the log.
    pub receipt_leaf: Option<(i64, Vec<u8>)>,
}

/// A rejected row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubmissionFault {
    pub ordinal: i64,
    pub fate: String,
    pub line: i64,
    pub column: Option<String>,
    pub value: String,
    pub rule: String,
}

/// Which submissions are listed.
#[derive(Clone, Debug, Default)]
pub struct SubmissionFilter<'a> {
    /// Whose the reader may see; `None` for those who may see all.
    pub nit: Option<&'a str>,
    pub reporter: Option<String>,
    pub state: Option<&'a str>,
    pub newest_first: bool,
}

impl ReadModel {
    /// Oldest first, or newest first.
    pub async fn list_submissions(
        &self,
        filter: &SubmissionFilter<'_>,
        after: Option<(Timestamp, String)>,
        limit: i64,
    ) -> Result<Vec<Submission>, StoreError> {
        let SubmissionFilter { nit, reporter, state, newest_first } = filter;
        let (at, id) = after.unzip();
        let statement = if *newest_first { statements::submission_list_newest } else { statements::submission_list };
        let mut connection = self.database.read_connection().await?;
        let rows = connection.query(statement, &[nit, state, &at, &id, &limit, reporter]).await?;
        rows.iter().map(submission).collect()
    }

    /// `None` also for another reporter's.
    pub async fn show_submission(&self, id: &str, nit: Option<&str>) -> Result<Option<Submission>, StoreError> {
        let row = self.database.read_connection().await?.query_opt(statements::submission_one, &[&id, &nit]).await?;
        row.as_ref().map(submission).transpose()
    }

    pub async fn submission_faults(&self, id: &str, after: Option<i64>, limit: i64) -> Result<Vec<SubmissionFault>, StoreError> {
        let rows = self.database.read_connection().await?.query(statements::submission_faults, &[&id, &after, &limit]).await?;
        let fault = |row: &Row| -> Result<_, StoreError> {
            Ok(SubmissionFault {
                ordinal: row.try_get("ordinal")?,
                fate: row.try_get("fate")?,
                line: row.try_get("line")?,
                column: row.try_get("column_name")?,
                value: row.try_get("value")?,
                rule: row.try_get("rule")?,
            })
        };
        rows.iter().map(fault).collect()
    }
}

fn submission(row: &Row) -> Result<Submission, StoreError> {
    Ok(Submission {
        id: row.try_get("id")?,
        kind: row.try_get("kind")?,
        nit: row.try_get("nit")?,
        reporter: row.try_get("reporter")?,
        name: row.try_get("name")?,
        format: row.try_get("format")?,
        gzip: row.try_get("gzip")?,
        period: row.try_get("period")?,
        bytes: row.try_get("bytes")?,
        sha256: row.try_get("sha256")?,
        dry_run: row.try_get("dry_run")?,
        rectifies: row.try_get("rectifies")?,
        rectified_by: row.try_get("rectified_by")?,
        version: row.try_get("version")?,
        received_at: row.try_get("received_at")?,
        state: row.try_get("state")?,
        finished_at: row.try_get("finished_at")?,
        rows_read: row.try_get("rows_read")?,
        rows_accepted: row.try_get("rows_accepted")?,
        rows_quarantined: row.try_get("rows_quarantined")?,
        rows_refused: row.try_get("rows_refused")?,
        flags: row.try_get("flags")?,
        reasons: row.try_get("reasons")?,
        verdicts: row.try_get("verdicts")?,
        refusal_code: row.try_get("refusal_code")?,
        refusal_detail: row.try_get("refusal_detail")?,
        refusal_detail_es: row.try_get("refusal_detail_es")?,
        zero_report: row.try_get("zero_report")?,
        position: row.try_get("position")?,
        receipt: row.try_get("receipt")?,
        receipt_leaf: row.try_get::<_, Option<i64>>("leaf_index")?.zip(row.try_get("leaf_hash")?),
    })
}
