//! Delivers webhooks: takes messages from the outbox, signs them, sends them, and records the outcome.
//!
//! A watch gets its messages one by one. A failed one is retried with growing pauses for a day; then the watch is disabled with its
//! reason. A service that dies while sending leaves the message pending: it is sent again, with the same id (at least once).

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use jiff::Timestamp;
use serde_json::json;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

use super::{
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
            workers: 4,
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
}

impl WebhookSender {
    /// For as long as the service runs.
    pub async fn run(self) {
        let mut under_way = JoinSet::new();
        loop {
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
        let rows = self.workflow.database.read_connection().await?.query(statements::claim_watches, &[&hold, &free]).await?;
        rows.iter().map(|row| Ok(ClaimedWatch { watch: row.try_get("id")?, until: row.try_get("held_until")? })).collect()
    }

    async fn deliver(&self, held: &ClaimedWatch) -> Result<(), WorkflowError> {
        let row =
            self.workflow.database.read_connection().await?.query_opt(statements::next_watch_message, &[&held.watch]).await?;
        let Some(row) = row else {
            self.workflow.database.read_connection().await?.query(statements::release_watch, &[&held.watch, &held.until]).await?;
            return Ok(());
        };
        let message = watches::message(&row)?;
        let body = match &message.payload {
            Some(payload) => payload.clone(),
            None => self.composed(&message).await?,
        };
        let started = Instant::now();
        let sent = self.send(&message, body).await;
        self.record(held, &message, sent, started.elapsed()).await
    }

    /// The body is stored before it is sent, so that a second try sends the same bytes.
    async fn composed(&self, message: &Message) -> Result<String, WorkflowError> {
        let body = (self.compose)(message.clone()).await?;
        self.workflow.database.read_connection().await?.query(statements::set_message_payload, &[&message.number, &body]).await?;
        Ok(body)
    }

    async fn send(&self, message: &Message, body: String) -> SendResult {
        let secrets = &self.workflow.secrets;
        if message.pepper_id != secrets.pepper_id {
            return SendResult::failed(SECRET_LOST);
        }
        // Checked at every try: the addresses of a name can change.
        let url = match self.workflow.targets.read(&message.url) {
            Ok(url) => url,
            Err(unfit) => return SendResult::failed(unfit.code()),
        };
        let addresses = match self.workflow.targets.addresses(&url).await {
            Ok(addresses) => addresses,
            Err(unfit) => return SendResult::failed(unfit.code()),
        };
        let mut keys = vec![secrets.webhook_secret(&message.watch, message.generation)];
        if message.overlap {
            keys.push(secrets.webhook_secret(&message.watch, message.generation - 1));
        }
        let seconds = (self.now)().0.as_second();
        let signatures = signatures(&keys, &message.id, seconds, &body);
        self.client.send(&url, &addresses, &Outgoing { id: message.id.clone(), seconds, signatures, body }).await
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
            let reason = sent.status.map_or_else(|| sent.outcome.to_owned(), |status| format!("{} ({status})", sent.outcome));
            let (wait, patience) = (milliseconds(self.wait(message.failures)?), milliseconds(self.pace.patience));
            // The receiver says that it is gone for good (410), or nothing we sign could be checked.
            let at_once = sent.status == Some(410) || sent.outcome == SECRET_LOST;
            let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
                &[&held.watch, &held.until, &wait, &patience, &at_once, &reason];
            let row = tx.query_opt(statements::fail_watch, params).await?;
            if let Some(row) = row
                && row.try_get("disabled")?
            {
                tracing::warn!(watch = held.watch, reason, "webhook: subscription disabled");
                let (entry, owner_kind) = (disabled(held, &reason, message, (self.now)().0), row.try_get::<_, &str>("owner_kind")?);
                if owner_kind == PrincipalKind::Developer.code() {
                    developer_events::record(&tx, &entry).await?;
                } else {
                    audit::record(&tx, &entry).await?;
                }
            }
        }
        tx.commit().await?;
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

fn disabled<'a>(held: &'a ClaimedWatch, reason: &'a str, message: &Message, now: Timestamp) -> NewAuditEntry<'a> {
    NewAuditEntry {
        at: now,
        principal: None,
        key: None,
        actor: "service",
        action: "disable_watch",
        subject: &held.watch,
        reason: Some(reason),
        request_id: "delivering",
        details: json!({"message": message.id, "failures": message.failures + 1}),
    }
}
