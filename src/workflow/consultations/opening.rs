//! A regulator opens the consultation of a draft for so many days, with the reason of that length, and may make it longer.

use jiff::{ToSpan, civil::Date};
use serde_json::json;

use super::holding::hold_alone;
use crate::{
    store::{postgres::statements, transaction::idempotency::Reply},
    workflow::{
        Workflow,
        acts::drafting::{locked, require_state},
        cases::written,
        common::{
            context::{AuditedAction, CommandContext, Render},
            error::{RefusalFault, WorkflowError},
        },
    },
};

const REASON_CHARS_MAX: usize = 2_000;
/// So many days after today, or after the day on which it would have closed.
const DAYS_MAX: i32 = 366;

/// A consultation with its last day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsultationTerm {
    pub draft: String,
    pub closes_on: Date,
    pub version: i32,
}

impl Workflow {
    /// # Errors
    /// The draft is unknown, empty, decided on or consulted on already; the last day is none.
    pub async fn open_consultation(
        &self,
        context: &CommandContext,
        draft: &str,
        (closes_on, reason): (Date, &str),
        render: Render<'_, ConsultationTerm>,
    ) -> Result<Reply, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        let reason = written("/reason", reason, REASON_CHARS_MAX)?;
        let stored = locked(&tx, draft).await?;
        require_state(&stored, "draft")?;
        if stored.draft.ceilings.is_empty() && stored.draft.markets.is_empty() && stored.draft.head.supersedes.is_empty() {
            return Err(WorkflowError::refused("conflict", "el borrador está vacío", "the draft is empty"));
        }
        if tx.query_opt(statements::find_consultation, &[&draft]).await?.is_some() {
            let (es, en) = ("el borrador ya está en consulta", "the draft is in consultation already");
            return Err(WorkflowError::refused("conflict", es, en));
        }
        require_later(closes_on, context.today)?;
        let by = &context.actor.principal;
        tx.execute(statements::insert_consultation, &[&draft, &context.now, &context.today, by, &closes_on, &reason]).await?;
        let opened = ConsultationTerm { draft: draft.to_owned(), closes_on, version: 1 };
        let location = Some(format!("/v1/consultations/{draft}"));
        let reply = Reply { status: 201, location, body: render(&opened) };
        let details = json!({"digest": stored.digest, "closes_on": closes_on.to_string()});
        let action = AuditedAction { action: "open_consultation", subject: draft, reason: Some(&reason), details };
        context.finish(&tx, &action, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// # Errors
    /// The consultation is unknown or closed; the day is not later.
    pub async fn extend_consultation(
        &self,
        context: &CommandContext,
        draft: &str,
        (closes_on, reason): (Date, &str),
        render: Render<'_, ConsultationTerm>,
    ) -> Result<Reply, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        let reason = written("/reason", reason, REASON_CHARS_MAX)?;
        let held = hold_alone(&tx, draft).await?;
        held.require_open(context.today)?;
        require_later(closes_on, held.closes_on)?;
        let by = &context.actor.principal;
        tx.execute(statements::insert_consultation_extension, &[&draft, &context.now, &context.today, by, &closes_on, &reason])
            .await?;
        let extended = ConsultationTerm { draft: draft.to_owned(), closes_on, version: held.version };
        let reply = Reply { status: 200, location: None, body: render(&extended) };
        let details = json!({"from": held.closes_on.to_string(), "closes_on": closes_on.to_string()});
        let action = AuditedAction { action: "extend_consultation", subject: draft, reason: Some(&reason), details };
        context.finish(&tx, &action, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }
}

fn require_later(closes_on: Date, than: Date) -> Result<(), WorkflowError> {
    let last = than.checked_add(DAYS_MAX.days()).unwrap_or(Date::MAX);
    if closes_on > than && closes_on <= last {
        return Ok(());
    }
    let (es, en) = (format!("después del {than} y hasta el {last}"), format!("after {than} and until {last}"));
    Err(WorkflowError::unprocessable(vec![RefusalFault::new("/closes_on", "out_of_range", es, en)]))
}
