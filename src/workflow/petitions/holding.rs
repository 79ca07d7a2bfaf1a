//! A petition held for a step, with the checks and refusals that all steps share.

use deadpool_postgres::Transaction;
use jiff::{Timestamp, civil::Date};
use serde_json::json;

use crate::{
    domain::participation::petition::{PetitionState, Unwanted, unwanted},
    store::{
        postgres::{
            error::{StoreError, corrupt},
            statements,
        },
        transaction::audit::{self, NewAuditEntry},
    },
    workflow::common::{
        error::{RefusalFault, WorkflowError},
        secrets::Secrets,
        ticket,
    },
};

/// How the audit log names whoever has the ticket.
const TICKET_HOLDER: &str = "ticket";

/// As it stands before the step; locked until the commit.
pub struct HeldPetition {
    pub id: String,
    pub request_digest: String,
    pub body_digest: String,
    pub received_at: Timestamp,
    pub due_on: Date,
    pub due_citation: String,
    pub state: PetitionState,
    pub contests: i64,
    ticket_hash: Vec<u8>,
}

/// Where a petition stands after a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PetitionMoved {
    pub id: String,
    pub state: PetitionState,
}

/// Who without a key does something, and when.
pub struct TicketStep<'a> {
    pub id: &'a str,
    pub ticket: &'a str,
    pub request_id: &'a str,
    pub now: Timestamp,
}

pub async fn find(tx: &Transaction<'_>, id: &str) -> Result<Option<HeldPetition>, StoreError> {
    let Some(row) = tx.query_opt(statements::find_petition, &[&id]).await? else { return Ok(None) };
    let state: &str = row.try_get("state")?;
    Ok(Some(HeldPetition {
        id: row.try_get("id")?,
        request_digest: row.try_get("request_digest")?,
        body_digest: row.try_get("body_digest")?,
        received_at: row.try_get("received_at")?,
        due_on: row.try_get("due_on")?,
        due_citation: row.try_get("due_citation")?,
        state: PetitionState::from_code(state).ok_or_else(|| corrupt("petition", state))?,
        contests: row.try_get("contests")?,
        ticket_hash: row.try_get("ticket_hash")?,
    }))
}

/// # Errors
/// `not_found` when there is no such petition.
pub async fn hold(tx: &Transaction<'_>, id: &str) -> Result<HeldPetition, WorkflowError> {
    find(tx, id).await?.ok_or_else(|| unknown(id))
}

/// # Errors
/// `not_found` without the ticket of this very petition: nobody learns whether the petition or the ticket was wrong.
pub async fn hold_by_ticket(
    tx: &Transaction<'_>,
    secrets: &Secrets,
    step: &TicketStep<'_>,
) -> Result<HeldPetition, WorkflowError> {
    let wrong = || {
        WorkflowError::refused(
            "not_found",
            "no hay una petición con ese tiquete: revise que esté completo",
            "there is no petition with that ticket: look whether it is whole",
        )
    };
    let ticket = ticket::read(step.ticket).ok_or_else(wrong)?;
    let held = find(tx, step.id).await?.ok_or_else(wrong)?;
    if ticket::is_stored(secrets, &held.ticket_hash, &ticket) { Ok(held) } else { Err(wrong()) }
}

impl HeldPetition {
    /// The event of a step, and the state that follows.
    pub async fn step(
        &self,
        tx: &Transaction<'_>,
        (now, actor): (Timestamp, Option<&str>),
        to: PetitionState,
        reason: Option<&str>,
    ) -> Result<PetitionMoved, WorkflowError> {
        tx.execute(statements::insert_petition_event, &[&self.id, &now, &to.code(), &actor, &reason]).await?;
        if to == PetitionState::Withdrawn {
            tx.execute(statements::blank_petition, &[&self.id]).await?;
        } else {
            tx.execute(statements::set_petition_state, &[&self.id, &to.code()]).await?;
        }
        Ok(PetitionMoved { id: self.id.clone(), state: to })
    }

    pub fn not_allowed(&self, to: PetitionState) -> WorkflowError {
        let (from, to) = (self.state.code(), to.code());
        WorkflowError::refused(
            "conflict",
            format!("la petición está en «{from}» y no puede pasar a «{to}»"),
            format!("the petition is \"{from}\" and cannot become \"{to}\""),
        )
    }
}

/// The audit entry of what somebody without a key did: never a word of the text.
pub async fn record(
    tx: &Transaction<'_>,
    action: &'static str,
    step: (&str, &str, Timestamp),
    details: serde_json::Value,
) -> Result<(), StoreError> {
    let (id, request_id, now) = step;
    let entry = NewAuditEntry {
        at: now,
        principal: None,
        key: None,
        actor: TICKET_HOLDER,
        action,
        subject: id,
        reason: None,
        request_id,
        details,
    };
    audit::record(tx, &entry).await?;
    Ok(())
}

pub async fn record_step(
    tx: &Transaction<'_>,
    action: &'static str,
    step: &TicketStep<'_>,
    moved: &PetitionMoved,
) -> Result<(), StoreError> {
    record(tx, action, (step.id, step.request_id, step.now), json!({"state": moved.state.code()})).await
}

/// Refuses what nobody should leave in a public text.
///
/// # Errors
/// `unprocessable`, with the member.
pub fn public_text(pointer: &str, text: &str) -> Result<(), WorkflowError> {
    let Some(found) = unwanted(text) else { return Ok(()) };
    let (code, es, en) = match found {
        Unwanted::Link => {
            ("link", "sin direcciones de internet: el texto es público", "no addresses of the web: the text is public")
        }
        Unwanted::PersonalData => (
            "personal_data", "sin correos ni teléfonos: el texto es público",
            "no e-mail addresses and no telephones: the text is public",
        ),
    };
    Err(WorkflowError::unprocessable(vec![RefusalFault::new(pointer, code, es, en)]))
}

pub fn unknown(id: &str) -> WorkflowError {
    WorkflowError::not_found("la petición", "petition", id)
}
