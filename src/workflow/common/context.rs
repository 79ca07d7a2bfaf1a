//! The frame of every action: the principal, the instant, the idempotency key, the stored answer and the audit entry.

use deadpool_postgres::Transaction;
use jiff::{Timestamp, civil::Date};
use serde_json::Value as Json;

use super::error::WorkflowError;
use crate::{
    domain::access::principal::Actor,
    store::{
        postgres::{error::StoreError, statements},
        transaction::{
            audit::{self, NewAuditEntry, Recorded},
            idempotency::{self, IdempotencyStatus, Reply, RequestKey},
        },
    },
};

/// One write request, as the HTTP layer received it.
#[derive(Clone, Debug)]
pub struct CommandContext {
    pub actor: Actor,
    pub now: Timestamp,
    /// Today in Colombia.
    pub today: Date,
    pub request_id: String,
    /// The client's `Idempotency-Key`.
    pub key: String,
    /// SHA-256 of method, path with query, and body.
    pub digest: String,
}

/// Makes the stored answer from the result of the action.
pub type Render<'a, T> = &'a (dyn Fn(&T) -> String + Send + Sync);

/// The action, for the audit log.
pub struct AuditedAction<'a> {
    pub action: &'static str,
    pub subject: &'a str,
    pub reason: Option<&'a str>,
    pub details: Json,
}

impl CommandContext {
    fn request(&self) -> RequestKey {
        RequestKey { principal: self.actor.principal.clone(), key: self.key.clone(), digest: self.digest.clone() }
    }

    /// First in every action's transaction: a second try ends here with the first one's answer.
    pub async fn begin(&self, tx: &Transaction<'_>) -> Result<(), WorkflowError> {
        // An action may wait for the one before it; no statement of it runs for ever.
        tx.batch_execute(statements::patient_transaction).await.map_err(StoreError::from)?;
        match idempotency::find(tx, &self.request()).await? {
            IdempotencyStatus::None => Ok(()),
            IdempotencyStatus::Answered(reply) => Err(WorkflowError::Replayed(reply)),
            IdempotencyStatus::OtherRequest => Err(WorkflowError::refused(
                "idempotency_key_reused", "esa Idempotency-Key ya se usó para otra petición",
                "that Idempotency-Key was used for another request",
            )),
        }
    }

    /// Last before the commit: the answer, then the audit entry.
    pub async fn finish(
        &self,
        tx: &Transaction<'_>,
        action: &AuditedAction<'_>,
        reply: &Reply,
    ) -> Result<Recorded, WorkflowError> {
        idempotency::keep(tx, &self.request(), reply).await?;
        self.record(tx, action).await
    }

    pub async fn record(&self, tx: &Transaction<'_>, action: &AuditedAction<'_>) -> Result<Recorded, WorkflowError> {
        let entry = NewAuditEntry {
            at: self.now,
            principal: Some(&self.actor.principal),
            key: Some(&self.actor.key),
            actor: &self.actor.name,
            action: action.action,
            subject: action.subject,
            reason: action.reason,
            request_id: &self.request_id,
            details: action.details.clone(),
        };
        Ok(audit::record(tx, &entry).await?)
    }
}

/// Gives the earlier answer back as what it is.
pub fn idempotent_replay(outcome: Result<Reply, WorkflowError>) -> Result<Reply, WorkflowError> {
    match outcome {
        Err(WorkflowError::Replayed(reply)) => Ok(reply),
        other => other,
    }
}
