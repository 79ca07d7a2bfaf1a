//! `list_held_imports`: files that wait for a person, beside what is in force.

use jiff::{Timestamp, civil::Date};
use tokio_postgres::Row;

use crate::{
    read_model::{ReadModel, statements},
    store::{postgres::error::StoreError, transaction::import::RowCounts},
};

/// So many are listed.
const HELD_MAX: i64 = 200;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldImportView {
    pub id: i64,
    pub kind: String,
    pub name: String,
    pub sha256: String,
    pub bytes: i64,
    pub held_at: Timestamp,
    /// The reading that brought it, and its data set.
    pub run: Option<i64>,
    pub feed: Option<String>,
    pub reasons: Vec<String>,
    pub reasons_es: String,
    pub reasons_en: String,
    pub found: EditionView,
    /// Import, name and figures of the edition that it would replace.
    pub in_force: Option<(i64, String, EditionView)>,
}

/// The figures of an edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EditionView {
    pub cut_date: Option<Date>,
    pub counts: RowCounts,
}

impl ReadModel {
    /// Newest first.
    pub async fn held_imports(&self) -> Result<Vec<HeldImportView>, StoreError> {
        let rows = self.database.read_connection().await?.query(statements::held_list, &[&HELD_MAX]).await?;
        rows.iter().map(held).collect()
    }
}

fn held(row: &Row) -> Result<HeldImportView, StoreError> {
    Ok(HeldImportView {
        id: row.try_get("id")?,
        kind: row.try_get("kind")?,
        name: row.try_get("name")?,
        sha256: row.try_get("sha256")?,
        bytes: row.try_get("bytes")?,
        held_at: row.try_get("held_at")?,
        run: row.try_get("run")?,
        feed: row.try_get("feed")?,
        reasons: row.try_get("reasons")?,
        reasons_es: row.try_get("reasons_es")?,
        reasons_en: row.try_get("reasons_en")?,
        found: EditionView { cut_date: row.try_get("cut_date")?, counts: RowCounts::of(row)? },
        in_force: in_force(row)?,
    })
}

fn in_force(row: &Row) -> Result<Option<(i64, String, EditionView)>, StoreError> {
    let Some(import) = row.try_get::<_, Option<i64>>("current_id")? else { return Ok(None) };
    let counts = RowCounts {
        read: row.try_get("current_rows_read")?,
        accepted: row.try_get("current_rows_accepted")?,
        quarantined: row.try_get("current_rows_quarantined")?,
        refused: row.try_get("current_rows_refused")?,
    };
    Ok(Some((import, row.try_get("current_name")?, EditionView { cut_date: row.try_get("current_cut_date")?, counts })))
}
