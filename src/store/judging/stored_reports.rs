//! Stored reports as they are judged again.

use tokio_postgres::Row;

use super::{
    report_judge::ReportKey,
    report_key::{key, prices},
};
use crate::{
    domain::verdict::{report_verdict::ReportPrices, verdict_code::VerdictCode},
    store::postgres::error::StoreError,
};

/// A row of `reports_to_judge.sql`.
pub struct StoredReport {
    pub id: i64,
    pub part: i64,
    pub key: ReportKey,
    pub prices: ReportPrices,
    /// Its verdict in force.
    pub judged: VerdictCode,
    /// It had more than its first verdict already.
    pub again: bool,
    /// The digest of the ground of its accusation, if it has one.
    pub accusation: Option<Box<str>>,
}

impl StoredReport {
    pub fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.try_get("id")?,
            part: row.try_get("part")?,
            key: key(row)?,
            prices: prices(row)?,
            judged: VerdictCode(row.try_get("judged")?),
            again: row.try_get("again")?,
            accusation: row.try_get::<_, Option<&str>>("digest")?.map(Box::from),
        })
    }
}
