//! A report of a price held for a step, with the checks and refusals that all steps share.

use deadpool_postgres::Transaction;
use jiff::civil::Date;
use rust_decimal::Decimal;
use tokio_postgres::Row;

use crate::{
    domain::participation::price_report::{NotUsableReason, PriceReportState},
    store::postgres::{
        error::{StoreError, corrupt},
        statements,
    },
    workflow::{
        common::{error::WorkflowError, secrets::Secrets, ticket},
        petitions::holding::TicketStep,
    },
};

/// What somebody reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportContent {
    pub cum: Option<String>,
    pub typed: Option<String>,
    pub amount: Decimal,
    /// A unit's code.
    pub per: String,
    pub bought_on: Date,
    pub municipality: String,
    pub question: Option<String>,
}

/// An answer of the authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportAnswer {
    pub disposition: String,
    pub answered_on: Date,
    /// `None`: the report is withdrawn.
    pub text_es: Option<String>,
    pub text_en: Option<String>,
}

/// As it stands before the step; locked until the commit.
pub struct HeldPriceReport {
    pub id: String,
    pub received_on: Date,
    /// `None`: withdrawn.
    pub content: Option<ReportContent>,
    pub content_digest: String,
    /// The last day of the term, and its law, where an answer was wanted.
    pub due: Option<(Date, String)>,
    pub state: PriceReportState,
    pub usable_since: Option<Date>,
    /// The last day on which the price was the same.
    pub confirmed_on: Option<Date>,
    pub answer: Option<ReportAnswer>,
    pub(super) request_mac: Option<Vec<u8>>,
    ticket_hash: Vec<u8>,
}

/// Where a report stands after a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceReportMoved {
    pub id: String,
    pub state: PriceReportState,
}

pub async fn find(tx: &Transaction<'_>, id: &str) -> Result<Option<HeldPriceReport>, StoreError> {
    tx.query_opt(statements::find_price_report, &[&id]).await?.as_ref().map(held).transpose()
}

fn held(row: &Row) -> Result<HeldPriceReport, StoreError> {
    let state: &str = row.try_get("state")?;
    let amount: Option<Decimal> = row.try_get("amount")?;
    let content = match amount {
        None => None,
        Some(amount) => Some(ReportContent {
            cum: row.try_get("cum")?,
            typed: row.try_get("typed")?,
            amount,
            per: row.try_get("per")?,
            bought_on: row.try_get("bought_on")?,
            municipality: row.try_get("municipality")?,
            question: row.try_get("question")?,
        }),
    };
    let due_on: Option<Date> = row.try_get("due_on")?;
    let due = match due_on {
        None => None,
        Some(day) => Some((day, row.try_get("due_citation")?)),
    };
    let disposition: Option<String> = row.try_get("disposition")?;
    let answer = match disposition {
        None => None,
        Some(disposition) => Some(ReportAnswer {
            disposition,
            answered_on: row.try_get("answered_on")?,
            text_es: row.try_get("answer_es")?,
            text_en: row.try_get("answer_en")?,
        }),
    };
    Ok(HeldPriceReport {
        id: row.try_get("id")?,
        received_on: row.try_get("received_on")?,
        content,
        content_digest: row.try_get("content_digest")?,
        due,
        state: PriceReportState::from_code(state).ok_or_else(|| corrupt("price_report", state))?,
        usable_since: row.try_get("usable_since")?,
        confirmed_on: row.try_get("confirmed_on")?,
        answer,
        request_mac: row.try_get("request_mac")?,
        ticket_hash: row.try_get("ticket_hash")?,
    })
}

/// # Errors
/// `not_found` when there is no such report.
pub async fn hold(tx: &Transaction<'_>, id: &str) -> Result<HeldPriceReport, WorkflowError> {
    find(tx, id).await?.ok_or_else(|| WorkflowError::not_found("el reporte", "report", id))
}

/// # Errors
/// `not_found` without the ticket of this very report: whoever tries learns nothing of whether the report or the ticket was wrong.
pub async fn hold_by_ticket(
    tx: &Transaction<'_>,
    secrets: &Secrets,
    step: &TicketStep<'_>,
) -> Result<HeldPriceReport, WorkflowError> {
    let wrong = || {
        WorkflowError::refused(
            "not_found",
            "no hay un reporte con ese tiquete: revise que esté completo",
            "there is no report with that ticket: look whether it is whole",
        )
    };
    let ticket = ticket::read(step.ticket).ok_or_else(wrong)?;
    let held = find(tx, step.id).await?.ok_or_else(wrong)?;
    if ticket::is_stored(secrets, &held.ticket_hash, &ticket) { Ok(held) } else { Err(wrong()) }
}

impl HeldPriceReport {
    /// The event of a step, and the state that follows.
    pub async fn step(
        &self,
        tx: &Transaction<'_>,
        (today, actor): (Date, Option<&str>),
        to: PriceReportState,
        reason: Option<NotUsableReason>,
    ) -> Result<PriceReportMoved, WorkflowError> {
        let reason = reason.map(NotUsableReason::code);
        tx.execute(statements::insert_price_report_event, &[&self.id, &today, &to.code(), &actor, &reason]).await?;
        if to == PriceReportState::Withdrawn {
            tx.execute(statements::blank_price_report, &[&self.id]).await?;
        } else {
            let usable_on = (to == PriceReportState::Usable).then_some(today);
            tx.execute(statements::set_price_report_state, &[&self.id, &to.code(), &usable_on]).await?;
        }
        Ok(PriceReportMoved { id: self.id.clone(), state: to })
    }

    pub fn not_allowed(&self, to: PriceReportState) -> WorkflowError {
        let (from, to) = (self.state.code(), to.code());
        WorkflowError::refused(
            "conflict",
            format!("el reporte está en «{from}» y no puede pasar a «{to}»"),
            format!("the report is \"{from}\" and cannot become \"{to}\""),
        )
    }

    pub fn withdrawn() -> WorkflowError {
        WorkflowError::refused("conflict", "el reporte fue retirado", "the report was withdrawn")
    }
}
