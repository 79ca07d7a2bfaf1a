//! Delivers webhooks: takes messages from the outbox, signs them, sends them, and records the outcome.
//!
//! A watch gets its messages one by one. A failed one is retried with growing pauses for a day; then the watch is disabled with its
//! reason. A service that dies while sending leaves the message pending: it is sent again, with the same id (at least once). Before the first
//! message the receiver echoes a challenge. Who has no living key any more gets nothing.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use deadpool_postgres::Transaction;
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

use super::{
    challenge::{Challenge, is_echo},
    client::{Outgoing, SendResult, WebhookClient},
    signature::signatures,
};
use crate::{
    domain::access::principal::PrincipalKind,
    store::{
        postgres::{error::StoreError, statements},
        transaction::{
            audit::{self, NewAuditEntry},
            developer_events,
        },
        workflow::watches::{self, Message},
    },
    workflow::{
        Now, Workflow,
        common::{error::WorkflowError, random},
    },
};

/// Builds the body of a message.
pub type PayloadBuilder =
    Arc<dyn Fn(Message) -> Pin<Box<dyn Future<Output = Result<String, WorkflowError>> + Send>> + Send + Sync>;

#[derive(Clone, Copy, Debug)]
pub struct RetryPolicy {
    /// Messages on their way at once.
    pub workers: usize,
    /// Messages on their way at once to one host, and of one holder: a silent receiver must leave room for the others.
    pub of_host: i64,
    pub of_holder: i64,
    /// How often to look for watches whose owner has no living key any more.
    pub owners: Duration,
    /// How often to look when there was nothing to do.
    pub poll: Duration,
    /// The wait after the first failure; it doubles with each one that follows.
    pub retry_first: Duration,
    pub retry_most: Duration,
    /// For how long a watch may go on failing before it is disabled.
    pub patience: Duration,
    /// How long a message stays in the hands of a service that does not come back, beyond the time that sending may take.
    pub grace: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            workers: 16,
            of_host: 2,
            of_holder: 2,
            owners: Duration::from_secs(60),
            poll: Duration::from_secs(1),
            retry_first: Duration::from_secs(5),
            retry_most: Duration::from_secs(2 * 3600),
            patience: Duration::from_secs(24 * 3600),
            grace: Duration::from_secs(30),
        }
    }
}

#[derive(Clone)]
pub struct WebhookSender {
    pub workflow: Workflow,
    pub client: WebhookClient,
    pub compose: PayloadBuilder,
    pub pace: RetryPolicy,
    pub now: Now,
}

/// A watch that this service has claimed, until an instant.
struct ClaimedWatch {
    watch: String,
    until: Timestamp,
    /// Its receiver echoed the challenge.
    confirmed: bool,
}

/// Where something is sent, and which secrets sign it.
struct Target<'a> {
    url: &'a str,
    watch: &'a str,
    generation: i32,
    /// The secret before this one signs too.
    overlap: bool,
    pepper_id: &'a str,
}

const OWNER_HAS_NO_KEY: &str = "owner_has_no_key";

impl WebhookSender {
    /// For as long as the service runs.
    pub async fn run(self) {
        let mut under_way = JoinSet::new();
        let mut owners_looked_at: Option<Instant> = None;
        loop {
            if owners_looked_at.is_none_or(|at| at.elapsed() >= self.pace.owners) {
                self.pause_ownerless().await;
                owners_looked_at = Some(Instant::now());
            }
            while under_way.try_join_next().is_some() {}
            let free = self.pace.workers.saturating_sub(under_way.len());
            let claimed = if free == 0 { Vec::new() } else { self.claim(free).await };
            let idle = claimed.is_empty();
            for held in claimed {
                let this = self.clone();
                under_way.spawn(async move {
                    if let Err(error) = this.deliver(&held).await {
                        // The claim ends with the grace period; then the watch is claimed again.
                        tracing::warn!(%error, watch = held.watch, "webhook: delivery postponed");
                    }
                });
            }
            if idle {
                tokio::select! {
                    () = sleep(self.pace.poll) => {}
                    Some(_) = under_way.join_next() => {}
                }
            }
        }
    }

    async fn claim(&self, free: usize) -> Vec<ClaimedWatch> {
        let hold = milliseconds(self.client.timeouts().overall + self.pace.grace);
        let free = i64::try_from(free).unwrap_or(1);
        match self.try_to_claim(hold, free).await {
            Ok(held) => held,
            Err(error) => {
                tracing::warn!(%error, "webhook: due deliveries could not be read, all postponed");
                Vec::new()
            }
        }
    }

    async fn try_to_claim(&self, hold: i64, free: i64) -> Result<Vec<ClaimedWatch>, StoreError> {
        let (now, RetryPolicy { of_host, of_holder, .. }) = ((self.now)().0, self.pace);
        let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] = &[&hold, &free, &now, &of_host, &of_holder];
        let rows = self.workflow.database.read_connection().await?.query(statements::claim_watches, params).await?;
        let claimed = |row: &tokio_postgres::Row| {
            Ok(ClaimedWatch {
                watch: row.try_get("id")?,
                until: row.try_get("held_until")?,
                confirmed: row.try_get("confirmed")?,
            })
        };
        rows.iter().map(claimed).collect()
    }

    /// Watches end with their owner's last living key: nobody could stop them any more.
    async fn pause_ownerless(&self) {
        match self.try_to_pause_ownerless().await {
            Ok(0) => {}
            Ok(paused) => tracing::info!(paused, "webhook: subscriptions paused, their owners have no living key"),
            Err(error) => tracing::warn!(%error, "webhook: owners of subscriptions could not be looked at"),
        }
    }

    async fn try_to_pause_ownerless(&self) -> Result<usize, WorkflowError> {
        let now = (self.now)().0;
        let mut object = self.workflow.database.write_connection().await?;
        let tx = object.transaction().await?;
        let rows = tx.query(statements::pause_ownerless_watches, &[&now, &OWNER_HAS_NO_KEY]).await?;
        for row in &rows {
            let entry = of_service("pause_watch", row.try_get("id")?, OWNER_HAS_NO_KEY, json!({}), now);
            record_for(&tx, row.try_get("kind")?, &entry).await?;
        }
        tx.commit().await?;
        Ok(rows.len())
    }

    async fn deliver(&self, held: &ClaimedWatch) -> Result<(), WorkflowError> {
        if !held.confirmed {
            return self.challenge(held).await;
        }
        let row =
            self.workflow.database.read_connection().await?.query_opt(statements::next_watch_message, &[&held.watch]).await?;
        let Some(row) = row else {
            return self.release(held).await;
        };
        let message = watches::message(&row)?;
        let body = match &message.payload {
            Some(payload) => payload.clone(),
            None => self.composed(&message).await?,
        };
        let started = Instant::now();
        let Message { url, watch, generation, overlap, pepper_id, .. } = &message;
        let target = Target { url, watch, generation: *generation, overlap: *overlap, pepper_id };
        let sent = self.send(&target, &message.id, body, |_| true).await;
        self.record(held, &message, sent, started.elapsed()).await
    }

    async fn release(&self, held: &ClaimedWatch) -> Result<(), WorkflowError> {
        self.workflow.database.read_connection().await?.query(statements::release_watch, &[&held.watch, &held.until]).await?;
        Ok(())
    }

    /// The first thing that is sent to a receiver: only one that sends it back gets messages.
    async fn challenge(&self, held: &ClaimedWatch) -> Result<(), WorkflowError> {
        let mut connection = self.workflow.database.read_connection().await?;
        let row = connection.query_opt(statements::unconfirmed_watch, &[&held.watch]).await?;
        drop(connection);
        let Some(row) = row else { return self.release(held).await };
        let (created_at, failures): (Timestamp, i32) = (row.try_get("created_at")?, row.try_get("failures")?);
        let target = Target {
            url: row.try_get("url")?,
            watch: &held.watch,
            generation: row.try_get("generation")?,
            overlap: row.try_get("overlap")?,
            pepper_id: row.try_get("pepper_id")?,
        };
        let Challenge { id, value, body } = Challenge::of(&self.workflow.secrets, &held.watch, created_at);
        let sent = self.send(&target, &id, body, |answer| is_echo(answer, &value)).await;
        metrics::counter!("webhook_attempts_total", "outcome" => sent.outcome).increment(1);
        let mut object = self.workflow.database.write_connection().await?;
        let tx = object.transaction().await?;
        if sent.arrived() {
            tx.execute(statements::confirm_watch, &[&held.watch]).await?;
            tx.execute(statements::release_watch, &[&held.watch, &held.until]).await?;
        } else {
            self.record_failure(&tx, held, sent, failures, json!({"challenge": id, "failures": failures + 1})).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// The body is stored before it is sent, so that a second try sends the same bytes.
    async fn composed(&self, message: &Message) -> Result<String, WorkflowError> {
        let body = (self.compose)(message.clone()).await?;
        self.workflow.database.read_connection().await?.query(statements::set_message_payload, &[&message.number, &body]).await?;
        Ok(body)
    }

    async fn send(&self, to: &Target<'_>, id: &str, body: String, is_answer: impl FnOnce(&[u8]) -> bool) -> SendResult {
        let secrets = &self.workflow.secrets;
        if to.pepper_id != secrets.pepper_id {
            return SendResult::failed(SECRET_LOST);
        }
        // Checked at every try: the addresses of a name can change.
        let url = match self.workflow.targets.read(to.url) {
            Ok(url) => url,
            Err(unfit) => return SendResult::failed(unfit.code()),
        };
        let addresses = match self.workflow.targets.addresses(&url).await {
            Ok(addresses) => addresses,
            Err(unfit) => return SendResult::failed(unfit.code()),
        };
        let mut keys = vec![secrets.webhook_secret(to.watch, to.generation)];
        if to.overlap {
            keys.push(secrets.webhook_secret(to.watch, to.generation - 1));
        }
        let seconds = (self.now)().0.as_second();
        let signatures = signatures(&keys, id, seconds, &body);
        let message = Outgoing { id: id.to_owned(), seconds, signatures, body };
        self.client.send_and_check(&url, &addresses, &message, is_answer).await
    }

    async fn record(
        &self,
        held: &ClaimedWatch,
        message: &Message,
        sent: SendResult,
        took: Duration,
    ) -> Result<(), WorkflowError> {
        let status = sent.status.and_then(|status| i16::try_from(status).ok());
        let took = i32::try_from(took.as_millis()).unwrap_or(i32::MAX);
        let mut object = self.workflow.database.write_connection().await?;
        let tx = object.transaction().await?;
        tx.execute(statements::insert_watch_attempt, &[&message.number, &sent.outcome, &status, &took]).await?;
        metrics::counter!("webhook_attempts_total", "outcome" => sent.outcome).increment(1);
        if sent.arrived() {
            tx.execute(statements::end_watch_message, &[&message.number]).await?;
            tx.execute(statements::release_watch, &[&held.watch, &held.until]).await?;
        } else {
            let details = json!({"message": message.id, "failures": message.failures + 1});
            self.record_failure(&tx, held, sent, message.failures, details).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// The next try comes later; after too long there is none.
    async fn record_failure(
        &self,
        tx: &Transaction<'_>,
        held: &ClaimedWatch,
        sent: SendResult,
        failures: i32,
        details: Json,
    ) -> Result<(), WorkflowError> {
        let reason = sent.status.map_or_else(|| sent.outcome.to_owned(), |status| format!("{} ({status})", sent.outcome));
        let (wait, patience) = (milliseconds(self.wait(failures)?), milliseconds(self.pace.patience));
        // The receiver says that it is gone for good (410), or nothing we sign could be checked.
        let at_once = sent.status == Some(410) || sent.outcome == SECRET_LOST;
        let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
            &[&held.watch, &held.until, &wait, &patience, &at_once, &reason];
        let row = tx.query_opt(statements::fail_watch, params).await?;
        if let Some(row) = row
            && row.try_get("disabled")?
        {
            tracing::warn!(watch = held.watch, reason, "webhook: subscription disabled");
            let entry = of_service("disable_watch", &held.watch, &reason, details, (self.now)().0);
            record_for(tx, row.try_get("owner_kind")?, &entry).await?;
        }
        Ok(())
    }

    /// Doubling, and anywhere between a half and the whole of it: those who failed together do not come back together.
    fn wait(&self, failures: i32) -> Result<Duration, WorkflowError> {
        let doublings = u32::try_from(failures).unwrap_or(0).min(30);
        let most = self.pace.retry_first.saturating_mul(1 << doublings).min(self.pace.retry_most);
        let mut random = [0; 2];
        random::fill(&mut random)?;
        Ok(most / 2 + most / 2 * u32::from(u16::from_le_bytes(random)) / u32::from(u16::MAX))
    }
}

const SECRET_LOST: &str = "secret_lost";

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// What the service itself does to a watch.
fn of_service<'a>(action: &'a str, watch: &'a str, reason: &'a str, details: Json, now: Timestamp) -> NewAuditEntry<'a> {
    NewAuditEntry {
        at: now,
        principal: None,
        key: None,
        actor: "service",
        action,
        subject: watch,
        reason: Some(reason),
        request_id: "delivering",
        details,
    }
}

/// A developer's stands outside the audit log.
async fn record_for(tx: &Transaction<'_>, owner_kind: &str, entry: &NewAuditEntry<'_>) -> Result<(), WorkflowError> {
    if owner_kind == PrincipalKind::Developer.code() {
        developer_events::record(tx, entry).await?;
    } else {
        audit::record(tx, entry).await?;
    }
    Ok(())
}
