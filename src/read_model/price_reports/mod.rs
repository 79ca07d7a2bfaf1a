//! Reports of prices: what everybody may know of one, what waits for a regulator, and the figures that are released.

use jiff::civil::Date;
use rust_decimal::Decimal;
use tokio_postgres::Row;

use crate::{
    domain::participation::price_report::PriceReportState,
    read_model::{ReadModel, statements},
    store::postgres::error::{StoreError, corrupt},
};

/// Nothing of the content: that needs the ticket.
#[derive(Clone, Debug)]
pub struct PriceReportView {
    pub id: String,
    pub received_on: Date,
    pub state: PriceReportState,
    /// Where an answer was wanted: the last day, and its law.
    pub due: Option<(Date, String)>,
    pub disposition: Option<String>,
    pub answered_on: Option<Date>,
    /// The last day on which the price was the same.
    pub confirmed_on: Option<Date>,
    pub events: Vec<PriceReportEventView>,
}

#[derive(Clone, Debug)]
pub struct PriceReportEventView {
    pub day: Date,
    pub to_state: String,
    pub reason: Option<String>,
}

/// A report that waits for a decision or an answer, with its content.
#[derive(Clone, Debug)]
pub struct WaitingPriceReport {
    pub id: String,
    pub received_on: Date,
    pub language: String,
    pub state: PriceReportState,
    pub cum: Option<String>,
    pub brand: Option<String>,
    pub typed: Option<String>,
    pub amount: Decimal,
    pub per: String,
    pub bought_on: Date,
    pub municipality: String,
    pub question: Option<String>,
    pub due: Option<(Date, String)>,
    pub disposition: Option<String>,
}

/// A released figure.
#[derive(Clone, Debug)]
pub struct ReleasedStatistic {
    /// Its Monday.
    pub week: Date,
    pub released_on: Date,
    pub cum: String,
    pub brand: Option<String>,
    pub per: String,
    pub area: String,
    pub area_name: Option<String>,
    pub at_least: i32,
    pub at_most: Option<i32>,
    pub median: Decimal,
}

/// Which figures; after the last one of the page before.
#[derive(Clone, Debug, Default)]
pub struct StatisticFilter {
    pub week: Option<Date>,
    pub cum: Option<String>,
    pub area: Option<String>,
    pub after: Option<(Date, String, String, String)>,
}

/// How many reports are in one state, for one reason.
#[derive(Clone, Debug)]
pub struct PriceReportCount {
    pub state: String,
    pub reason: Option<String>,
    pub reports: i64,
}

/// A department, or the seat of one.
#[derive(Clone, Debug)]
pub struct Territory {
    pub code: String,
    pub name: String,
}

impl ReadModel {
    pub async fn show_price_report(&self, id: &str) -> Result<Option<PriceReportView>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        let Some(row) = connection.query_opt(statements::price_report_one, &[&id]).await? else { return Ok(None) };
        let events = connection.query(statements::price_report_events, &[&id]).await?;
        let events = events.iter().map(event).collect::<Result<Vec<_>, _>>()?;
        Ok(Some(PriceReportView {
            id: row.try_get("id")?,
            received_on: row.try_get("received_on")?,
            state: state(row.try_get("state")?)?,
            due: due(&row)?,
            disposition: row.try_get("disposition")?,
            answered_on: row.try_get("answered_on")?,
            confirmed_on: row.try_get("confirmed_on")?,
            events,
        }))
    }

    /// What is due first before the others.
    pub async fn price_report_queue(&self, limit: i64) -> Result<Vec<WaitingPriceReport>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        connection.query(statements::price_report_queue, &[&limit]).await?.iter().map(waiting).collect()
    }

    /// The newest week first.
    pub async fn price_report_statistics(
        &self,
        filter: StatisticFilter,
        limit: i64,
    ) -> Result<Vec<ReleasedStatistic>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        let StatisticFilter { week, cum, area, after } = filter;
        let (after_week, after_cum, after_per, after_area) = match after {
            None => (None, None, None, None),
            Some((week, cum, per, area)) => (Some(week), Some(cum), Some(per), Some(area)),
        };
        let rows = connection
            .query(
                statements::price_report_statistics,
                &[&week, &cum, &area, &after_week, &after_cum, &after_per, &after_area, &limit],
            )
            .await?;
        rows.iter().map(statistic).collect()
    }

    pub async fn price_report_counts(&self) -> Result<Vec<PriceReportCount>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        let rows = connection.query(statements::price_report_states, &[]).await?;
        let count = |row: &Row| {
            Ok(PriceReportCount {
                state: row.try_get("state")?,
                reason: row.try_get("reason")?,
                reports: row.try_get("reports")?,
            })
        };
        rows.iter().map(count).collect()
    }

    /// By code.
    pub async fn territories(&self) -> Result<Vec<Territory>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        let rows = connection.query(statements::territories, &[]).await?;
        rows.iter().map(|row| Ok(Territory { code: row.try_get("code")?, name: row.try_get("name")? })).collect()
    }
}

fn event(row: &Row) -> Result<PriceReportEventView, StoreError> {
    Ok(PriceReportEventView { day: row.try_get("day")?, to_state: row.try_get("to_state")?, reason: row.try_get("reason")? })
}

fn due(row: &Row) -> Result<Option<(Date, String)>, StoreError> {
    let due_on: Option<Date> = row.try_get("due_on")?;
    due_on.map(|day| Ok((day, row.try_get("due_citation")?))).transpose()
}

fn waiting(row: &Row) -> Result<WaitingPriceReport, StoreError> {
    Ok(WaitingPriceReport {
        id: row.try_get("id")?,
        received_on: row.try_get("received_on")?,
        language: row.try_get("language")?,
        state: state(row.try_get("state")?)?,
        cum: row.try_get("cum")?,
        brand: row.try_get("brand")?,
        typed: row.try_get("typed")?,
        amount: row.try_get("amount")?,
        per: row.try_get("per")?,
        bought_on: row.try_get("bought_on")?,
        municipality: row.try_get("municipality")?,
        question: row.try_get("question")?,
        due: due(row)?,
        disposition: row.try_get("disposition")?,
    })
}

fn statistic(row: &Row) -> Result<ReleasedStatistic, StoreError> {
    Ok(ReleasedStatistic {
        week: row.try_get("week")?,
        released_on: row.try_get("released_on")?,
        cum: row.try_get("cum")?,
        brand: row.try_get("brand")?,
        per: row.try_get("per")?,
        area: row.try_get("area")?,
        area_name: row.try_get("area_name")?,
        at_least: row.try_get("at_least")?,
        at_most: row.try_get("at_most")?,
        median: row.try_get("median")?,
    })
}

fn state(code: &str) -> Result<PriceReportState, StoreError> {
    PriceReportState::from_code(code).ok_or_else(|| corrupt("price_report", code))
}
