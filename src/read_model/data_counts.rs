//! How much there is: counted once for each version of the data, so that a summary costs the same however many reports there are.

use std::sync::Arc;

use jiff::civil::Date;
use tokio::sync::Mutex;
use tokio_postgres::{IsolationLevel, Row};

use super::{ReadModel, columns::verdict, statements};
use crate::{
    domain::{reason::Reason, verdict::judge::Verdict},
    store::postgres::error::{StoreError, corrupt},
};

/// Of the newest version of the data that was read.
#[derive(Default)]
pub struct HeldCounts(Mutex<Option<(i64, Arc<DataCounts>)>>);

pub struct DataCounts {
    pub medicines: i64,
    /// Presentations with a ceiling in some list.
    pub ceilings: i64,
    /// Of the reports in force, by what a summary can be filtered by.
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

impl ReadModel {
    /// Counted once for each version of the data, while others wait.
    pub(crate) async fn data_counts(&self) -> Result<Arc<DataCounts>, StoreError> {
        let version = self.data_version().await?.version;
        if let Some((of, counts)) = &*self.counts.0.lock().await
            && *of >= version
        {
            return Ok(counts.clone());
        }
        // It is finished also when the client who waits for it hangs up: the next one needs it.
        let read_model = self.clone();
        let work = tokio::spawn(async move { read_model.count_data(version).await });
        work.await.map_err(|error| StoreError::Bug(Box::new(error)))?
    }

    /// One at a time. A country's reports take longer than a statement of a request may.
    async fn count_data(&self, version: i64) -> Result<Arc<DataCounts>, StoreError> {
        let mut held = self.counts.0.lock().await;
        if let Some((of, counts)) = &*held
            && *of >= version
        {
            return Ok(counts.clone());
        }
        let mut connection = self.database.connection_without_timeout().await?;
        let tx = connection.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true).start().await?;
        let counts = tx.query_one(statements::status_counts, &[]).await?;
        let reports = tx.query(statements::assessment_counts, &[&None::<i32>, &None::<i32>, &None::<i64>]).await?;
        tx.commit().await?;
        let counts = Arc::new(DataCounts {
            medicines: counts.try_get("medicines")?,
            ceilings: counts.try_get("ceilings")?,
            reports: reports.iter().map(ReportCount::of).collect::<Result<_, _>>()?,
        });
        *held = Some((version, counts.clone()));
        Ok(counts)
    }
}

impl DataCounts {
    pub fn all_reports(&self) -> u64 {
        self.reports.iter().map(|count| count.reports).sum()
    }

    /// The end of the newest period reported.
    pub fn reported_until(&self) -> Option<Date> {
        self.reports.iter().map(|count| count.period_until).max()
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
