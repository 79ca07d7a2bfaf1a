//! A correction is received: it has its term, its ticket and its receipt at once. The ticket withdraws it later.

use deadpool_postgres::Transaction;
use jiff::civil::Date;
use serde_json::json;

pub use super::held::CorrectionMoved;
use super::held::{self, HeldCorrection};
use crate::{
    domain::{
        cases::case_file::{LegalTerm, term},
        identifier::cum::Cum,
        participation::petition::PETITION_TERM,
        purchases::{
            correction::{CorrectionSender, CorrectionState},
            purchase::PurchaseId,
        },
    },
    store::{
        judging::cases::legal_term,
        postgres::{
            error::{StoreError, corrupt},
            statements,
        },
    },
    text::hex::{hex, sha256},
    workflow::{
        Workflow,
        cases::written,
        common::error::{RefusalFault, WorkflowError},
        petitions::{
            holding::{TicketStep, public_text, record},
            receiving::PublicCall,
            ticket,
        },
    },
};

const ID_DIGITS: usize = 12;
/// Corrections and withdrawals in a minute, from one network.
const TRIES_PER_NETWORK: u32 = 60;
const BODY_CHARS_MIN: usize = 10;
const BODY_CHARS_MAX: usize = 2_000;

/// What somebody wrote.
#[derive(Clone, Debug)]
pub struct NewCorrection {
    pub purchase: PurchaseId,
    /// `es` or `en`.
    pub language: &'static str,
    pub sender: CorrectionSender,
    pub text: String,
    /// What the line is said to be; `None`: the text says it.
    pub cum: Option<Cum>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrectionReceived {
    pub id: String,
    pub ticket: String,
    pub due_on: Date,
    pub citation: String,
    /// A signed statement of day and content (JWS).
    pub receipt: String,
}

impl Workflow {
    /// # Errors
    /// The purchase or product is unknown, or the text has what nobody should publish; `idempotency_key_reused`; `too_many_requests`.
    pub async fn receive_correction(&self, call: &PublicCall, new: &NewCorrection) -> Result<CorrectionReceived, WorkflowError> {
        self.take_correction(call.network)?;
        let id = hex(&self.secrets.mac(&format!("correction:{}", call.key)));
        let id = format!("m{}", id.get(..ID_DIGITS).unwrap_or_default());
        let ticket = ticket::of_request(&self.secrets, &id, &call.key, &call.digest);
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        tx.batch_execute(statements::patient_transaction).await?;
        tx.query(statements::lock_request_key, &[&"correction", &id]).await?;
        if let Some(held) = held::find(&tx, &id).await? {
            return if held.request_digest == call.digest { Ok(self.correction_received(&held, ticket)) } else { Err(reused()) };
        }
        let text = cleaned(&new.text)?;
        require_known(&tx, new).await?;
        let rules =
            tx.query(statements::legal_terms, &[]).await?.iter().map(legal_term).collect::<Result<Vec<LegalTerm>, _>>()?;
        let rule = term(&rules, PETITION_TERM, call.today).ok_or_else(|| corrupt("legal_term", PETITION_TERM))?;
        let (due_on, citation) = (rule.last_day(call.today), &rule.citation);
        let words = json!([new.purchase.to_string(), new.sender.code(), new.cum.map(|cum| cum.to_string()), text]).to_string();
        let (digest, stored) = (sha256(words.as_bytes()), ticket::stored(&self.secrets, &ticket));
        let (expediente, consecutive) = (new.cum.map(|cum| cum.expediente), new.cum.map(|cum| cum.consecutive));
        tx.execute(
            statements::insert_correction,
            &[
                &id,
                &new.purchase.number(),
                &call.digest,
                &call.now,
                &call.today,
                &new.language,
                &new.sender.code(),
                &text,
                &digest,
                &expediente,
                &consecutive,
                &stored.as_slice(),
                &due_on,
                citation,
            ],
        )
        .await?;
        let none: Option<&str> = None;
        tx.execute(statements::insert_correction_event, &[&id, &call.now, &CorrectionState::Received.code(), &none]).await?;
        let held = held::find(&tx, &id).await?.ok_or_else(|| corrupt("purchase_correction", &id))?;
        let details =
            json!({"purchase": new.purchase.to_string(), "due_on": held.due_on.to_string(), "body_sha256": held.body_digest});
        record(&tx, "receive_correction", (&id, &call.request_id, call.now), details).await?;
        tx.commit().await?;
        Ok(self.correction_received(&held, ticket))
    }

    /// The words are gone, their digest stays. Again: nothing more.
    ///
    /// # Errors
    /// `not_found` without the ticket.
    pub async fn withdraw_correction(&self, step: &TicketStep<'_>, network: u128) -> Result<CorrectionMoved, WorkflowError> {
        self.take_correction(network)?;
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        let ticket = ticket::read(step.ticket).ok_or_else(wrong_ticket)?;
        let held = held::find(&tx, step.id).await?.ok_or_else(wrong_ticket)?;
        if !ticket::is_stored(&self.secrets, &held.ticket_hash, &ticket) {
            return Err(wrong_ticket());
        }
        if held.state == CorrectionState::Withdrawn {
            return Ok(CorrectionMoved { id: held.id, state: held.state });
        }
        let moved = held.step(&tx, (step.now, None), CorrectionState::Withdrawn).await?;
        let details = json!({"state": moved.state.code()});
        record(&tx, "withdraw_correction", (step.id, step.request_id, step.now), details).await?;
        tx.commit().await?;
        Ok(moved)
    }

    fn correction_received(&self, held: &HeldCorrection, ticket: String) -> CorrectionReceived {
        let HeldCorrection { id, due_on, due_citation, body_digest, received_at, .. } = held;
        let said = json!({"correction": id, "received_at": received_at.to_string(), "body_sha256": body_digest, "due_on": due_on.to_string()});
        let receipt = self.secrets.sign(said.to_string().as_bytes());
        CorrectionReceived { id: id.clone(), ticket, due_on: *due_on, citation: due_citation.clone(), receipt }
    }

    fn take_correction(&self, network: u128) -> Result<(), WorkflowError> {
        self.sign_ins.take_of(TRIES_PER_NETWORK, &format!("correction {network}")).map_err(|seconds| {
            WorkflowError::too_many("demasiadas correcciones; espere un minuto", "too many corrections; wait a minute", seconds)
        })
    }
}

/// # Errors
/// The text is empty, too short, too long, or has what nobody should publish.
fn cleaned(text: &str) -> Result<String, WorkflowError> {
    let text = written("/text", text, BODY_CHARS_MAX)?;
    if text.chars().count() < BODY_CHARS_MIN {
        let (es, en) = (format!("al menos {BODY_CHARS_MIN} caracteres"), format!("at least {BODY_CHARS_MIN} characters"));
        return Err(WorkflowError::unprocessable(vec![RefusalFault::new("/text", "too_short", es, en)]));
    }
    public_text("/text", &text)?;
    Ok(text)
}

/// # Errors
/// There is no such purchase, or no such product.
async fn require_known(tx: &Transaction<'_>, new: &NewCorrection) -> Result<(), WorkflowError> {
    let (expediente, consecutive) = (new.cum.map(|cum| cum.expediente), new.cum.map(|cum| cum.consecutive));
    let row = tx
        .query_one(statements::correction_target_is_known, &[&new.purchase.number(), &expediente, &consecutive])
        .await
        .map_err(StoreError::from)?;
    if !row.try_get::<_, bool>("purchase_known")? {
        return Err(WorkflowError::not_found("la compra", "purchase", &new.purchase.to_string()));
    }
    if !row.try_get::<_, bool>("product_known")? {
        let (es, en) = ("no hay un producto con ese código".to_owned(), "there is no product of that code".to_owned());
        return Err(WorkflowError::unprocessable(vec![RefusalFault::new("/cum", "unknown_target", es, en)]));
    }
    Ok(())
}

fn wrong_ticket() -> WorkflowError {
    WorkflowError::refused(
        "not_found",
        "no hay una corrección con ese tiquete: revise que esté completo",
        "there is no correction with that ticket: look whether it is whole",
    )
}

fn reused() -> WorkflowError {
    WorkflowError::refused(
        "idempotency_key_reused", "esa Idempotency-Key ya se usó para otra petición",
        "that Idempotency-Key was used for another request",
    )
}
