//! Lists the imports, each with its place among the editions of its list.

use deadpool_postgres::GenericClient;
use jiff::{Timestamp, civil::Date};
use tokio_postgres::Row;

use crate::{
    domain::law::edition,
    store::{
        postgres::{error::StoreError, statements},
        transaction::import::RowCounts,
    },
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedImport {
    pub id: i64,
    pub kind: String,
    pub name: String,
    pub sha256: String,
    pub layout: String,
    pub encoding: String,
    pub number_format: String,
    pub publisher: String,
    pub cut_date: Option<Date>,
    /// `file`, `name`, `given` or `acts`.
    pub cut_date_from: Option<String>,
    /// The span that reports cover, half-open.
    pub covers: Option<(Date, Date)>,
    pub extra_columns: Vec<String>,
    pub counts: RowCounts,
    pub recorded_at: Timestamp,
    pub series: String,
    pub sample: bool,
    pub ended_in: Option<i64>,
    pub ended_at: Option<Timestamp>,
    /// Who undid it, and why; none where another import ended it.
    pub ended_by: Option<String>,
    pub ended_reason: Option<String>,
    /// Who let it in although it would have been held, and why.
    pub accepted_by: Option<String>,
    pub accepted_reason: Option<String>,
    /// Whether it is the newest edition of its list.
    pub newest: bool,
}

impl ListedImport {
    /// One word for where it stands.
    pub fn state(&self) -> &'static str {
        edition::state(&self.kind, self.sample, self.ended_in.is_some(), self.newest)
    }
}

/// Newest first.
pub async fn list_imports(client: &impl GenericClient, limit: i64) -> Result<Vec<ListedImport>, StoreError> {
    client.query(statements::list_imports, &[&None::<i64>, &limit]).await?.iter().map(listed).collect()
}

pub async fn find_import(client: &impl GenericClient, id: i64) -> Result<Option<ListedImport>, StoreError> {
    client.query_opt(statements::list_imports, &[&Some(id), &1_i64]).await?.as_ref().map(listed).transpose()
}

fn listed(row: &Row) -> Result<ListedImport, StoreError> {
    let (from, until): (Option<Date>, Option<Date>) = (row.try_get("covers_from")?, row.try_get("covers_until")?);
    Ok(ListedImport {
        id: row.try_get("id")?,
        kind: row.try_get("kind")?,
        name: row.try_get("name")?,
        sha256: row.try_get("sha256")?,
        layout: row.try_get("layout")?,
        encoding: row.try_get("encoding")?,
        number_format: row.try_get("number_format")?,
        publisher: row.try_get("publisher")?,
        cut_date: row.try_get("cut_date")?,
        cut_date_from: row.try_get("cut_date_from")?,
        covers: from.zip(until),
        extra_columns: row.try_get("extra_columns")?,
        counts: RowCounts::of(row)?,
        recorded_at: row.try_get("recorded_at")?,
        series: row.try_get("series")?,
        sample: row.try_get("sample")?,
        ended_in: row.try_get("ended_in")?,
        ended_at: row.try_get("ended_at")?,
        ended_by: row.try_get("ended_by")?,
        ended_reason: row.try_get("ended_reason")?,
        accepted_by: row.try_get("accepted_by")?,
        accepted_reason: row.try_get("accepted_reason")?,
        newest: row.try_get("newest")?,
    })
}
