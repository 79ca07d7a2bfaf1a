//! The frame of every action: the principal, the instant, the idempotency key, the stored answer and the audit entry.

use std::borrow::Cow;

use deadpool_postgres::Transaction;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::Value as Json;

use super::error::WorkflowError;
use crate::{
    domain::access::principal::{Actor, PrincipalKind},
    store::{
        postgres::{error::StoreError, statements},
        transaction::{
            audit::{self, NewAuditEntry, Recorded},
            developer_events,
            idempotency::{self, IdempotencyStatus, Reply, RequestKey},
        },
    },
};

/// Writes a day of one holder for themselves (watches and their tests): a person changes a few, a program some hundred.
const DAILY_WRITES_MAX: i32 = 300;
const DAY_S: i64 = 24 * 60 * 60;

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
        let actor = audit_name(&self.actor);
        Ok(audit::record(tx, &self.entry(action, &actor)).await?)
    }

    /// Last before the commit of what a holder does for themselves: a developer's stands outside the audit log.
    pub async fn finish_own(&self, tx: &Transaction<'_>, action: &AuditedAction<'_>, reply: &Reply) -> Result<(), WorkflowError> {
        if self.actor.kind != PrincipalKind::Developer {
            self.finish(tx, action, reply).await?;
            return Ok(());
        }
        idempotency::keep(tx, &self.request(), reply).await?;
        Ok(developer_events::record(tx, &self.entry(action, "")).await?)
    }

    /// Takes one from what a holder may write for themselves in a day; the keys that one network took share theirs.
    ///
    /// # Errors
    /// `too_many_requests` when nothing is left of it.
    pub async fn take_allowance(&self, tx: &Transaction<'_>) -> Result<(), WorkflowError> {
        let day = self.now.to_zoned(TimeZone::UTC).date();
        if developer_events::count_write(tx, &self.actor.key, day).await? <= DAILY_WRITES_MAX {
            return Ok(());
        }
        let left = DAY_S - self.now.as_second().rem_euclid(DAY_S);
        Err(WorkflowError::too_many(
            format!("hasta {DAILY_WRITES_MAX} cambios y pruebas de avisos en un día; mañana hay de nuevo"),
            format!("at most {DAILY_WRITES_MAX} changes and tests of watches in a day; tomorrow there are more"),
            u32::try_from(left).unwrap_or(u32::MAX),
        ))
    }

    fn entry<'a>(&'a self, action: &AuditedAction<'a>, actor: &'a str) -> NewAuditEntry<'a> {
        NewAuditEntry {
            at: self.now,
            principal: Some(&self.actor.principal),
            key: Some(&self.actor.key),
            actor,
            action: action.action,
            subject: action.subject,
            reason: action.reason,
            request_id: &self.request_id,
            details: action.details.clone(),
        }
    }
}

/// How the audit log names a principal: a developer chose the name of the key alone, so the id stands there.
fn audit_name(actor: &Actor) -> Cow<'_, str> {
    match actor.kind {
        PrincipalKind::Developer => Cow::Owned(format!("developer {}", actor.principal)),
        _ => Cow::Borrowed(&actor.name),
    }
}

/// Gives the earlier answer back as what it is.
pub fn idempotent_replay(outcome: Result<Reply, WorkflowError>) -> Result<Reply, WorkflowError> {
    match outcome {
        Err(WorkflowError::Replayed(reply)) => Ok(reply),
        other => other,
    }
}
