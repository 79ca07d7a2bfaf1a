//! Releases the statistics of weeks that have ended, each once and for ever.

use deadpool_postgres::Transaction;
use jiff::{Timestamp, ToSpan, civil::Date};
use rust_decimal::Decimal;
use serde_json::json;
use tokio_postgres::Row;

use crate::{
    domain::{
        participation::{
            price_report::{PriceReportUnit, week_of},
            price_statistics::{CountedReport, METHOD, PriceStatistic, weekly_statistics},
        },
        verdict::comparison::Per,
    },
    store::{
        postgres::{
            database::Database,
            error::{StoreError, corrupt},
            statements,
        },
        transaction::audit::{self, NewAuditEntry},
    },
    workflow::{Workflow, common::error::WorkflowError},
};

/// Who releases, in the audit log.
const SERVICE: &str = "service";
const DAYS_OF_WEEK: i32 = 7;

/// What was released now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleasedWeek {
    /// Its Monday.
    pub week: Date,
    pub figures: usize,
}

impl Workflow {
    /// Every week that has ended and is not released yet.
    ///
    /// # Errors
    /// When the database does not answer: what was released before stays so.
    pub async fn release_price_reports(&self, at: (Timestamp, Date)) -> Result<Vec<ReleasedWeek>, WorkflowError> {
        release_ended_weeks(&self.database, at, SERVICE).await
    }
}

/// Every week that has ended and is not released yet. `actor`: who does it.
///
/// # Errors
/// When the database does not answer: what was released before stays so.
pub async fn release_ended_weeks(
    database: &Database,
    (now, today): (Timestamp, Date),
    actor: &str,
) -> Result<Vec<ReleasedWeek>, WorkflowError> {
    let mut released = Vec::new();
    let row = database.write_connection().await?.query_opt(statements::price_report_weeks, &[]).await?;
    let first: Option<Date> = row.map(|row| row.try_get("week")).transpose()?.flatten();
    let Some(mut week) = first else { return Ok(released) };
    while week < week_of(today) {
        released.extend(release(database, week, (now, today), actor).await?);
        week = week.saturating_add(DAYS_OF_WEEK.days());
    }
    Ok(released)
}

/// `None`: another program was first.
async fn release(
    database: &Database,
    week: Date,
    (now, today): (Timestamp, Date),
    actor: &str,
) -> Result<Option<ReleasedWeek>, WorkflowError> {
    let mut object = database.write_connection().await?;
    let tx = object.transaction().await?;
    tx.batch_execute(statements::patient_transaction).await?;
    tx.query(statements::lock_request_key, &[&"price reports", &"release"]).await?;
    if tx.execute(statements::insert_price_report_release, &[&week, &now, &today, &METHOD]).await? == 0 {
        return Ok(None);
    }
    let rows = tx.query(statements::usable_price_reports, &[&week]).await?;
    let reports = rows.iter().map(counted_report).collect::<Result<Vec<_>, _>>()?;
    let statistics = weekly_statistics(&reports);
    insert(&tx, week, &statistics).await?;
    let subject = week.to_string();
    let entry = NewAuditEntry {
        at: now,
        principal: None,
        key: None,
        actor,
        action: "release_price_reports",
        subject: &subject,
        reason: None,
        request_id: "",
        details: json!({"figures": statistics.len(), "method": METHOD}),
    };
    audit::record(&tx, &entry).await?;
    tx.commit().await?;
    Ok(Some(ReleasedWeek { week, figures: statistics.len() }))
}

async fn insert(tx: &Transaction<'_>, week: Date, statistics: &[PriceStatistic]) -> Result<(), StoreError> {
    let whole = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
    let cums: Vec<&str> = statistics.iter().map(|one| one.cum.as_str()).collect();
    let units: Vec<&str> = statistics.iter().map(|one| one.per.code()).collect();
    let areas: Vec<&str> = statistics.iter().map(|one| one.area.as_str()).collect();
    let at_least: Vec<i32> = statistics.iter().map(|one| whole(one.contributors.at_least)).collect();
    let at_most: Vec<Option<i32>> = statistics.iter().map(|one| one.contributors.at_most.map(whole)).collect();
    let medians: Vec<Decimal> = statistics.iter().map(|one| one.median).collect();
    tx.execute(statements::insert_price_report_statistics, &[&week, &cums, &units, &areas, &at_least, &at_most, &medians])
        .await?;
    Ok(())
}

fn counted_report(row: &Row) -> Result<CountedReport, StoreError> {
    let per: &str = row.try_get("per")?;
    let per: Per = PriceReportUnit::from_code(per).ok_or_else(|| corrupt("price_report", per))?.per();
    Ok(CountedReport {
        cum: row.try_get("cum")?,
        per,
        municipality: row.try_get("municipality")?,
        amount: row.try_get("amount")?,
        contributor: row.try_get("contributor")?,
    })
}
