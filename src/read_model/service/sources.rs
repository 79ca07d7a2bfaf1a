//! `list_sources` and `source_faults`: imported files, the outcome of their rows, and the rejected rows.

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date};
use tokio_postgres::Row;

use crate::{
    domain::law::edition,
    read_model::{
        ReadModel,
        source_rows::{self, SourceOrigin},
        statements,
    },
    store::postgres::{connections::ReadConnection, error::StoreError},
};

/// The kind of a file that a reporter sent.
const SUBMISSION: &str = "submission";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// For the cursor only: it never leaves.
    pub id: i64,
    pub kind: String,
    pub name: String,
    pub sha256: String,
    pub bytes: i64,
    pub layout: String,
    pub encoding: String,
    pub number_format: String,
    pub publisher: String,
    pub licence: String,
    /// The day up to which the file speaks, where that is known.
    pub cut_date: Option<Date>,
    /// Where that day comes from: `file`, `name`, `given` (by the person who imported it) or `acts` (the first day of its newest act).
    pub cut_date_from: Option<String>,
    /// Where it stands: `current`, `history`, `counts` (reports), `published`, `taken_back` or `sample_removed`.
    pub state: &'static str,
    /// Invented data of this project.
    pub sample: bool,
    /// Columns that the layout does not know.
    pub extra_columns: Vec<String>,
    /// = accepted + quarantined + refused.
    pub rows_read: i64,
    pub rows_accepted: i64,
    pub rows_quarantined: i64,
    pub rows_refused: i64,
    pub recorded_at: Timestamp,
    pub origin: Option<SourceOrigin>,
    pub faults: Vec<FaultCount>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultCount {
    /// `quarantined` or `refused`.
    pub fate: String,
    pub reason: String,
    pub rows: i64,
}

/// A rejected row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFault {
    /// For the cursor: its place among the faults of the file.
    pub ordinal: i64,
    pub fate: String,
    pub sheet: Option<String>,
    pub line: i64,
    pub column: Option<String>,
    pub value: String,
    pub reason: String,
}

impl ReadModel {
    /// In order of import; `after` is the last file of the page before.
    pub async fn list_sources(&self, after: Option<i64>, limit: i64) -> Result<Vec<SourceFile>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        connection.begin_snapshot().await?;
        let rows = connection.query(statements::source_list, &[&after, &limit]).await?;
        let mut files = rows.iter().map(file).collect::<Result<Vec<_>, _>>()?;
        count_faults(&mut connection, &mut files).await?;
        connection.end_snapshot().await?;
        Ok(files)
    }

    /// The file with this content and a page of the rows not taken; `None` when no such file was imported.
    ///
    /// One content can have been imported as two kinds: without `kind` it is the newest import.
    pub async fn source_faults(
        &self,
        sha256: &str,
        kind: Option<&str>,
        after: Option<i64>,
        limit: i64,
    ) -> Result<Option<(SourceFile, Vec<SourceFault>)>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        connection.begin_snapshot().await?;
        let found = connection.query_opt(statements::source_of_content, &[&sha256, &kind]).await?;
        let mut files = found.iter().map(file).collect::<Result<Vec<_>, _>>()?;
        count_faults(&mut connection, &mut files).await?;
        let id = files.first().map(|file| file.id);
        let rows = connection.query(statements::source_faults, &[&id, &after, &limit]).await?;
        connection.end_snapshot().await?;
        let faults = rows.iter().map(fault).collect::<Result<Vec<_>, _>>()?;
        Ok(files.pop().map(|file| (file, faults)))
    }
}

async fn count_faults(connection: &mut ReadConnection, files: &mut [SourceFile]) -> Result<(), StoreError> {
    let ids: Vec<i64> = files.iter().map(|file| file.id).collect();
    let mut counts: HashMap<i64, Vec<FaultCount>> = HashMap::new();
    for row in connection.query(statements::source_fault_counts, &[&ids]).await? {
        let count = FaultCount { fate: row.try_get("fate")?, reason: row.try_get("reason")?, rows: row.try_get("rows")? };
        counts.entry(row.try_get("source_file_id")?).or_default().push(count);
    }
    for file in files.iter_mut().filter(|file| file.kind != SUBMISSION) {
        file.faults = counts.remove(&file.id).unwrap_or_default();
    }
    Ok(())
}

fn file(row: &Row) -> Result<SourceFile, StoreError> {
    let (kind, sample): (String, bool) = (row.try_get("kind")?, row.try_get("sample")?);
    let state = edition::state(&kind, sample, row.try_get("ended")?, row.try_get("newest")?);
    let file = SourceFile {
        id: row.try_get("id")?,
        kind,
        state,
        sample,
        cut_date_from: row.try_get("cut_date_from")?,
        extra_columns: row.try_get("extra_columns")?,
        name: row.try_get("name")?,
        sha256: row.try_get("sha256")?,
        bytes: row.try_get("bytes")?,
        layout: row.try_get("layout")?,
        encoding: row.try_get("encoding")?,
        number_format: row.try_get("number_format")?,
        publisher: row.try_get("publisher")?,
        licence: row.try_get("licence")?,
        cut_date: row.try_get("cut_date")?,
        rows_read: row.try_get("rows_read")?,
        rows_accepted: row.try_get("rows_accepted")?,
        rows_quarantined: row.try_get("rows_quarantined")?,
        rows_refused: row.try_get("rows_refused")?,
        recorded_at: row.try_get("recorded_at")?,
        origin: source_rows::origin(row)?,
        faults: Vec::new(),
    };
    Ok(if file.kind == SUBMISSION { private(file) } else { file })
}

/// A reporter's file is theirs: whoever has a copy cannot find it here, and nobody learns how large it was or how it was read. Its name is its id.
fn private(file: SourceFile) -> SourceFile {
    SourceFile {
        sha256: String::new(),
        bytes: 0,
        layout: String::new(),
        encoding: String::new(),
        number_format: String::new(),
        cut_date: None,
        cut_date_from: None,
        extra_columns: Vec::new(),
        rows_read: 0,
        rows_accepted: 0,
        rows_quarantined: 0,
        rows_refused: 0,
        ..file
    }
}

fn fault(row: &Row) -> Result<SourceFault, StoreError> {
    Ok(SourceFault {
        ordinal: row.try_get("ordinal")?,
        fate: row.try_get("fate")?,
        sheet: row.try_get("sheet")?,
        line: row.try_get("line")?,
        column: row.try_get("column_name")?,
        value: row.try_get("value")?,
        reason: row.try_get("reason")?,
    })
}
