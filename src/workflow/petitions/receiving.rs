//! A petition is received: it has its term, its ticket and its receipt at once. The ticket contests and withdraws it later.

use deadpool_postgres::Transaction;
use jiff::{Timestamp, civil::Date};
use serde_json::json;

use super::holding::{self, HeldPetition, PetitionMoved, TicketStep, hold_by_ticket, public_text, record_step};
use crate::{
    domain::{
        cases::case_file::{LegalTerm, term},
        participation::petition::{PETITION_TERM, PetitionState, PetitionSubject},
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
        common::{
            error::{RefusalFault, WorkflowError},
            random, ticket,
        },
    },
};

const PEPPER_DIGITS: usize = 43;
const ID_DIGITS: usize = 12;
/// Petitions, contests and withdrawals in a minute, from one network.
const TRIES_PER_NETWORK: u32 = 60;

const REQUEST_CHARS_MIN: usize = 10;
const REQUEST_CHARS_MAX: usize = 200;
const REASONS_CHARS_MAX: usize = 3_000;
const CONTEST_CHARS_MAX: usize = 2_000;

/// What somebody wrote.
#[derive(Clone, Debug)]
pub struct NewPetition {
    /// `es` or `en`.
    pub language: &'static str,
    pub subject: PetitionSubject,
    pub target: Option<String>,
    pub request: String,
    pub reasons: String,
}

/// The request that it came with.
#[derive(Clone, Debug)]
pub struct PublicCall {
    pub now: Timestamp,
    pub today: Date,
    pub request_id: String,
    pub network: u128,
    /// The client's `Idempotency-Key`.
    pub key: String,
    pub digest: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PetitionReceived {
    pub id: String,
    pub ticket: String,
    pub due_on: Date,
    pub citation: String,
    /// A signed statement of day and content (JWS).
    pub receipt: String,
}

impl Workflow {
    /// # Errors
    /// The market or product is unknown, or a text has what nobody should publish; `idempotency_key_reused`; `too_many_requests`.
    pub async fn receive_petition(&self, call: &PublicCall, new: &NewPetition) -> Result<PetitionReceived, WorkflowError> {
        self.take_try(call.network)?;
        let id = hex(&self.secrets.mac(&format!("petition:{}", call.key)));
        let id = format!("q{}", id.get(..ID_DIGITS).unwrap_or_default());
        let ticket = ticket::of_request(&self.secrets, &id, &call.key, &call.digest);
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        tx.batch_execute(statements::patient_transaction).await?;
        tx.query(statements::lock_request_key, &[&"petition", &id]).await?;
        if let Some(held) = holding::find(&tx, &id).await? {
            return if held.request_digest == call.digest { Ok(self.received(&held, ticket)) } else { Err(reused()) };
        }
        let new = &cleaned(new)?;
        require_target(&tx, new).await?;
        let rules =
            tx.query(statements::legal_terms, &[]).await?.iter().map(legal_term).collect::<Result<Vec<LegalTerm>, _>>()?;
        let rule = term(&rules, PETITION_TERM, call.today).ok_or_else(|| corrupt("legal_term", PETITION_TERM))?;
        self.insert_petition(&tx, call, new, (&id, &ticket, rule)).await?;
        let held = holding::hold(&tx, &id).await?;
        let details = json!({"subject": new.subject.code(), "due_on": held.due_on.to_string(), "body_sha256": held.body_digest});
        holding::record(&tx, "receive_petition", (&id, &call.request_id, call.now), details).await?;
        tx.commit().await?;
        Ok(self.received(&held, ticket))
    }

    async fn insert_petition(
        &self,
        tx: &Transaction<'_>,
        call: &PublicCall,
        new: &NewPetition,
        (id, ticket, rule): (&str, &str, &LegalTerm),
    ) -> Result<(), WorkflowError> {
        let words = json!([new.subject.code(), new.target, new.request, new.reasons]).to_string();
        let (digest, stored) = (sha256(words.as_bytes()), ticket::stored(&self.secrets, ticket));
        let (due_on, citation) = (rule.last_day(call.today), &rule.citation);
        tx.execute(
            statements::insert_petition,
            &[
                &id,
                &call.digest,
                &call.now,
                &call.today,
                &new.language,
                &new.subject.code(),
                &new.target,
                &new.request,
                &new.reasons,
                &digest,
                &stored.as_slice(),
                &due_on,
                citation,
            ],
        )
        .await?;
        let none: Option<&str> = None;
        tx.execute(statements::insert_petition_event, &[&id, &call.now, &PetitionState::Received.code(), &none, &none]).await?;
        tx.execute(statements::insert_petition_pepper, &[&id, &random::digits(PEPPER_DIGITS)?]).await?;
        Ok(())
    }

    fn received(&self, held: &HeldPetition, ticket: String) -> PetitionReceived {
        let HeldPetition { id, due_on, due_citation, body_digest, received_at, .. } = held;
        let said = json!({"petition": id, "received_at": received_at.to_string(), "body_sha256": body_digest, "due_on": due_on.to_string()});
        let receipt = self.secrets.sign(said.to_string().as_bytes());
        PetitionReceived { id: id.clone(), ticket, due_on: *due_on, citation: due_citation.clone(), receipt }
    }

    /// Once: whoever asks for an answer of substance gets another one.
    ///
    /// # Errors
    /// `not_found` without the ticket; `conflict` when it is not answered, or was contested before.
    pub async fn contest_petition(
        &self,
        step: &TicketStep<'_>,
        network: u128,
        text: &str,
    ) -> Result<PetitionMoved, WorkflowError> {
        self.take_try(network)?;
        let text = &*written("/text", text, CONTEST_CHARS_MAX)?;
        public_text("/text", text)?;
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        let held = hold_by_ticket(&tx, &self.secrets, step).await?;
        if held.state != PetitionState::Answered || held.contests > 0 {
            return Err(held.not_allowed(PetitionState::Contested));
        }
        let moved = held.step(&tx, (step.now, None), PetitionState::Contested, Some(text)).await?;
        record_step(&tx, "contest_petition", step, &moved).await?;
        tx.commit().await?;
        Ok(moved)
    }

    /// The words are gone, their digest stays. Again: nothing more.
    ///
    /// # Errors
    /// `not_found` without the ticket.
    pub async fn withdraw_petition(&self, step: &TicketStep<'_>, network: u128) -> Result<PetitionMoved, WorkflowError> {
        self.take_try(network)?;
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        let held = hold_by_ticket(&tx, &self.secrets, step).await?;
        if held.state == PetitionState::Withdrawn {
            return Ok(PetitionMoved { id: held.id, state: held.state });
        }
        let moved = held.step(&tx, (step.now, None), PetitionState::Withdrawn, None).await?;
        record_step(&tx, "withdraw_petition", step, &moved).await?;
        tx.commit().await?;
        Ok(moved)
    }

    fn take_try(&self, network: u128) -> Result<(), WorkflowError> {
        self.sign_ins.take_of(TRIES_PER_NETWORK, &format!("petition {network}")).map_err(|seconds| {
            WorkflowError::too_many("demasiadas peticiones; espere un minuto", "too many petitions; wait a minute", seconds)
        })
    }
}

/// # Errors
/// A text is empty, too short, too long, or has what nobody should publish.
fn cleaned(new: &NewPetition) -> Result<NewPetition, WorkflowError> {
    let request = written("/request", &new.request, REQUEST_CHARS_MAX)?;
    if request.chars().count() < REQUEST_CHARS_MIN {
        let (es, en) = (format!("al menos {REQUEST_CHARS_MIN} caracteres"), format!("at least {REQUEST_CHARS_MIN} characters"));
        return Err(WorkflowError::unprocessable(vec![RefusalFault::new("/request", "too_short", es, en)]));
    }
    let reasons = written("/reasons", &new.reasons, REASONS_CHARS_MAX)?;
    public_text("/request", &request)?;
    public_text("/reasons", &reasons)?;
    Ok(NewPetition { request, reasons, ..new.clone() })
}

/// # Errors
/// The petition needs a market or product and names none, or one that there is not.
async fn require_target(tx: &Transaction<'_>, new: &NewPetition) -> Result<(), WorkflowError> {
    let fault = |code, es: &str, en: &str| {
        Err(WorkflowError::unprocessable(vec![RefusalFault::new("/target", code, es.to_owned(), en.to_owned())]))
    };
    match &new.target {
        None if new.subject.needs_target() => fault("missing", "diga de qué mercado o producto", "say which market or product"),
        None => Ok(()),
        Some(target) => {
            let row = tx
                .query_one(statements::petition_target_is_known, &[&new.subject.code(), target])
                .await
                .map_err(StoreError::from)?;
            if row.try_get::<_, bool>("known")? {
                return Ok(());
            }
            fault("unknown_target", "no hay un mercado o producto con ese código", "there is no market or product of that code")
        }
    }
}

fn reused() -> WorkflowError {
    WorkflowError::refused(
        "idempotency_key_reused", "esa Idempotency-Key ya se usó para otra petición",
        "that Idempotency-Key was used for another request",
    )
}
