//! A comment on a line is received: it is public at once and has its term, its ticket and its receipt. The ticket withdraws it later.

use std::time::Duration;

use deadpool_postgres::Transaction;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::json;

use super::holding::{CommentMoved, HeldComment, find_comment, hold, public_words, unknown_comment};
use crate::{
    domain::{
        cases::case_file::{LegalTerm, term},
        number::amount::plain,
        participation::consultation::{CONSULTATION_TERM, CommentKind, CommentState, LineId, LineKey},
    },
    store::{
        judging::cases::legal_term,
        postgres::{error::corrupt, statements},
    },
    text::hex::{hex, sha256},
    workflow::{
        Workflow,
        common::{
            error::{RefusalFault, WorkflowError},
            ticket,
        },
        petitions::{
            holding::{TicketStep, record},
            receiving::PublicCall,
        },
    },
};

const ID_DIGITS: usize = 12;
/// Comments in an hour, from one network.
const COMMENTS_PER_NETWORK: u32 = 20;
const HOUR: Duration = Duration::from_secs(60 * 60);
/// Tries with a ticket in a minute, from one network.
const TRIES_PER_NETWORK: u32 = 60;
const TEXT_CHARS_MAX: usize = 4_000;
const NAME_CHARS_MAX: usize = 200;

/// What somebody wrote.
#[derive(Clone, Debug)]
pub struct NewComment {
    /// `es` or `en`.
    pub language: &'static str,
    pub line: LineId,
    pub kind: CommentKind,
    pub text: String,
    pub proposed_value: Option<Decimal>,
    pub on_behalf_of: Option<String>,
    pub interest_declared: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommentReceived {
    pub id: String,
    pub ticket: String,
    pub due_on: Date,
    pub citation: String,
    /// A signed statement of day and content (JWS).
    pub receipt: String,
}

impl Workflow {
    /// # Errors
    /// The consultation is unknown or closed, the line unknown or of an older version; a text has what nobody should publish;
    /// `idempotency_key_reused`; `too_many_requests`.
    pub async fn receive_comment(
        &self,
        call: &PublicCall,
        draft: &str,
        new: &NewComment,
    ) -> Result<CommentReceived, WorkflowError> {
        self.take_comment(call.network)?;
        let id = hex(&self.secrets.mac(&format!("comment:{}", call.key)));
        let id = format!("k{}", id.get(..ID_DIGITS).unwrap_or_default());
        let ticket = ticket::of_request(&self.secrets, &id, &call.key, &call.digest);
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        tx.batch_execute(statements::patient_transaction).await?;
        tx.query(statements::lock_request_key, &[&"comment", &id]).await?;
        if let Some(held) = find_comment(&tx, &id).await? {
            return if held.request_digest == call.digest { Ok(self.comment_received(&held, ticket)) } else { Err(reused()) };
        }
        let new = &cleaned(new)?;
        let consultation = hold(&tx, draft).await?;
        consultation.require_open(call.today)?;
        consultation.require_line(&tx, "/line", &new.line).await?;
        let rules =
            tx.query(statements::legal_terms, &[]).await?.iter().map(legal_term).collect::<Result<Vec<LegalTerm>, _>>()?;
        let rule = term(&rules, CONSULTATION_TERM, call.today).ok_or_else(|| corrupt("legal_term", CONSULTATION_TERM))?;
        self.insert_comment(&tx, call, new, (&id, &ticket, rule)).await?;
        let held = find_comment(&tx, &id).await?.ok_or_else(|| corrupt("consultation_comment", &id))?;
        let details = json!({"line": new.line.to_string(), "kind": new.kind.code(), "due_on": held.due_on.to_string(),
            "body_sha256": held.body_digest});
        record(&tx, "receive_comment", (&id, &call.request_id, call.now), details).await?;
        tx.commit().await?;
        Ok(self.comment_received(&held, ticket))
    }

    async fn insert_comment(
        &self,
        tx: &Transaction<'_>,
        call: &PublicCall,
        new: &NewComment,
        (id, ticket, rule): (&str, &str, &LegalTerm),
    ) -> Result<(), WorkflowError> {
        let value = new.proposed_value.map(plain);
        let said = (new.kind.code(), &new.text, value, &new.on_behalf_of, new.interest_declared);
        let words = json!([new.line.to_string(), said.0, said.1, said.2, said.3, said.4]).to_string();
        let (digest, stored) = (sha256(words.as_bytes()), ticket::stored(&self.secrets, ticket));
        let (due_on, citation) = (rule.last_day(call.today), &rule.citation);
        let LineKey { part, key, field } = &new.line.line;
        tx.execute(
            statements::insert_comment,
            &[
                &id,
                &call.digest,
                &new.line.draft,
                &new.line.version,
                part,
                key,
                field,
                &call.now,
                &call.today,
                &new.language,
                &new.kind.code(),
                &new.text,
                &new.proposed_value,
                &new.on_behalf_of,
                &new.interest_declared,
                &digest,
                &stored.as_slice(),
                &due_on,
                citation,
            ],
        )
        .await?;
        Ok(())
    }

    fn comment_received(&self, held: &HeldComment, ticket: String) -> CommentReceived {
        let HeldComment { id, draft, due_on, due_citation, body_digest, received_at, .. } = held;
        let said = json!({"comment": id, "consultation": draft, "received_at": received_at.to_string(), "body_sha256": body_digest,
            "due_on": due_on.to_string()});
        let receipt = self.secrets.sign(said.to_string().as_bytes());
        CommentReceived { id: id.clone(), ticket, due_on: *due_on, citation: due_citation.clone(), receipt }
    }

    /// The words are gone, their digest stays. Again: nothing more.
    ///
    /// # Errors
    /// `not_found` without the ticket of this very comment.
    pub async fn withdraw_comment(&self, step: &TicketStep<'_>, network: u128) -> Result<CommentMoved, WorkflowError> {
        let holder = format!("comment ticket {network}");
        self.sign_ins.take_of(TRIES_PER_NETWORK, &holder).map_err(|seconds| {
            WorkflowError::too_many("demasiados intentos; espere un minuto", "too many tries; wait a minute", seconds)
        })?;
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        let wrong = || unknown_comment(step.id);
        let ticket = ticket::read(step.ticket).ok_or_else(wrong)?;
        let held = find_comment(&tx, step.id).await?.ok_or_else(wrong)?;
        if !ticket::is_stored(&self.secrets, &held.ticket_hash, &ticket) {
            return Err(wrong());
        }
        let moved = CommentMoved { id: held.id, state: CommentState::Withdrawn };
        if held.state == CommentState::Withdrawn {
            return Ok(moved);
        }
        tx.execute(statements::blank_comment, &[&moved.id]).await?;
        record(&tx, "withdraw_comment", (step.id, step.request_id, step.now), json!({"state": moved.state.code()})).await?;
        tx.commit().await?;
        Ok(moved)
    }

    fn take_comment(&self, network: u128) -> Result<(), WorkflowError> {
        self.sign_ins.take_within(HOUR, COMMENTS_PER_NETWORK, &format!("comment {network}")).map_err(|seconds| {
            let (es, en) = ("hasta 20 comentarios en una hora", "at most 20 comments in an hour");
            WorkflowError::too_many(es, en, seconds)
        })
    }
}

/// # Errors
/// A text is empty, too long, or has what nobody should publish; somebody speaks for others and declares no interest.
fn cleaned(new: &NewComment) -> Result<NewComment, WorkflowError> {
    let text = public_words("/text", &new.text, TEXT_CHARS_MAX)?;
    let on_behalf_of = new.on_behalf_of.as_deref().map(|name| public_words("/on_behalf_of", name, NAME_CHARS_MAX)).transpose()?;
    if on_behalf_of.is_some() && !new.interest_declared {
        let (es, en) = (
            "quien comenta por otros declara que conoce y expresa su interés",
            "whoever comments for others declares that their interest is stated",
        );
        return Err(WorkflowError::unprocessable(vec![RefusalFault::new("/interest_declared", "missing", es, en)]));
    }
    Ok(NewComment { text, on_behalf_of, ..new.clone() })
}

fn reused() -> WorkflowError {
    WorkflowError::refused(
        "idempotency_key_reused", "esa Idempotency-Key ya se usó para otra petición",
        "that Idempotency-Key was used for another request",
    )
}
