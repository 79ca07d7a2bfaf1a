//! How much there is, of the newest data that was counted.

use std::sync::Arc;

use jiff::civil::Date;
use tokio::sync::Mutex;
use tokio_postgres::Row;

use super::columns::verdict;
use crate::{
    domain::{reason::Reason, verdict::judge::Verdict},
    store::postgres::error::{StoreError, corrupt},
};

/// Of the newest version of the data that was read.
#[derive(Default)]
pub struct HeldCounts(pub Mutex<Option<(i64, Arc<DataCounts>)>>);

pub struct DataCounts {
    pub medicines: i64,
    /// Presentations with a ceiling in some list: the same as long as only reports change.
    pub ceilings: i64,
    pub lists_version: i64,
    pub partitions: Vec<Arc<PartitionCounts>>,
}

/// The reports in force of one partition.
pub struct PartitionCounts {
    pub part: i64,
    /// When it was counted: the newest import that superseded some of its reports, and the newest that judged any reports again.
    pub changed: (i64, i64),
    /// By what a summary can be filtered by.
    pub reports: Vec<ReportCount>,
}

/// How many reports are alike in all of these.
pub struct ReportCount {
    pub reports: u64,
    pub transaction: u8,
    pub operation: String,
    pub period_from: Date,
    pub period_until: Date,
    /// The headline, and its first reason.
    pub verdict: Verdict,
    pub reason: Option<Reason>,
    pub minimum: Verdict,
    pub average: Verdict,
    pub maximum: Verdict,
}

impl DataCounts {
    pub fn reports(&self) -> impl Iterator<Item = &ReportCount> {
        self.partitions.iter().flat_map(|partition| &partition.reports)
    }

    pub fn all_reports(&self) -> u64 {
        self.reports().map(|count| count.reports).sum()
    }

    /// The end of the newest period reported.
    pub fn reported_until(&self) -> Option<Date> {
        self.reports().map(|count| count.period_until).max()
    }
}

impl ReportCount {
    /// From a row of `assessment_counts`.
    pub fn of(row: &Row) -> Result<Self, StoreError> {
        let reason = match row.try_get::<_, Option<&str>>("reason")? {
            Some(code) => Some(Reason::from_code(code).ok_or_else(|| corrupt("assessment", code))?),
            None => None,
        };
        Ok(Self {
            reports: row.try_get::<_, i64>("reports")?.unsigned_abs(),
            transaction: u8::try_from(row.try_get::<_, i16>("transaction")?).map_err(|error| corrupt("sismed_report", error))?,
            operation: row.try_get("operation")?,
            period_from: row.try_get("period_from")?,
            period_until: row.try_get("period_until")?,
            verdict: verdict(row, "verdict")?,
            reason,
            minimum: verdict(row, "minimum_verdict")?,
            average: verdict(row, "average_verdict")?,
            maximum: verdict(row, "maximum_verdict")?,
        })
    }
}
