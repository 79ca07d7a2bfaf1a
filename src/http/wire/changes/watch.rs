//! Webhook subscriptions, their deliveries and the message itself, on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::change::ChangeBody;
use crate::{
    domain::feeds::due::FAILURES_TO_TELL,
    read_model::service::feeds::FeedRunView,
    workflow::webhooks::watches::{Attempt, Delivery, Message, Watch},
};

/// The changes to subscribe to, and the address of the receiver.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWatchBody {
    /// An https URL of yours on a public address, at port 443 or 8443.
    #[schema(
        example = "https://hooks.example.org/termometro",
        max_length = 2000,
        pattern = r"^https://[^\s\u0000-\u001F\u007F-\u009F]+$"
    )]
    pub url: String,
    /// For yourself. Prose: line breaks and tabs are kept; other control characters, and codes that are no character, are refused.
    #[serde(default)]
    #[schema(
        example = "Precios de insulinas",
        max_length = 200,
        pattern = r"^[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]*$"
    )]
    pub description: String,
    /// Which medicines, with the unit prices of their markets; absent or null: all that change.
    #[schema(example = json!(["19914312-20"]), min_items = 1, max_items = 500, format = "Cum")]
    pub cums: Option<Vec<String>>,
    /// ceiling, product, or both; absent or empty: both. feed, of its own: official data that are not read, or wait for a person (`list_feeds`).
    #[serde(default)]
    #[schema(example = json!(["ceiling"]), max_items = 3, format = "WatchedThing")]
    pub kinds: Vec<String>,
}

/// The new state of a watch.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WatchStateBody {
    /// active, paused or deleted.
    #[schema(example = "paused", pattern = "^(active|paused|deleted)$")]
    pub state: String,
    /// Why, for the audit log.
    #[schema(example = "mantenimiento", max_length = 2000)]
    pub reason: String,
}

/// A webhook subscription (aviso) and its delivery state.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WatchBody {
    #[schema(example = "w7Hq2LxV0aB")]
    pub id: String,
    #[schema(example = "https://hooks.example.org/termometro")]
    pub url: String,
    pub description: String,
    /// Null: all that change.
    pub cums: Option<Vec<String>>,
    /// Empty: ceiling and product.
    pub kinds: Vec<String>,
    /// `active`; `paused` by you; `disabled` by the service, since nothing arrived for a day; `deleted`.
    #[schema(example = "active", pattern = "^(active|paused|disabled|deleted)$")]
    pub state: String,
    /// The last fault of a disabled watch; `owner_has_no_key` of one that was paused since its owner's last key had ended.
    #[schema(example = "timed_out")]
    pub state_reason: Option<String>,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When its receiver echoed the challenge, which is the first thing sent to it; null: nothing else is sent yet.
    #[schema(format = DateTime)]
    pub confirmed_at: Option<String>,
    /// Messages that have not arrived yet.
    pub pending: i64,
    /// Tries in a row that failed.
    pub failures: i32,
    #[schema(format = DateTime)]
    pub failing_since: Option<String>,
    /// After a failure: when it is tried again.
    #[schema(format = DateTime)]
    pub next_attempt_at: Option<String>,
    /// Counts the changes of the secret.
    #[schema(example = 1)]
    pub secret_generation: i32,
    /// Until then messages are signed with the secret before this one too.
    #[schema(format = DateTime)]
    pub previous_secret_until: Option<String>,
    /// Signs the messages (Standard Webhooks). Only in the answer that makes it: it cannot be asked for again, only changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=")]
    pub secret: Option<String>,
}

/// A message and its outcome.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DeliveryBody {
    /// The `webhook-id`: the same at every try.
    #[schema(example = "msg_2f6f1f7e0c7b4e2f9d1c3a5b7d9e1f20")]
    pub id: String,
    /// `change` or `test`.
    #[schema(example = "change", pattern = "^(change|test)$")]
    pub kind: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// `pending`, `delivered`, or `dropped` with its watch.
    #[schema(example = "delivered", pattern = "^(pending|delivered|dropped)$")]
    pub state: String,
    #[schema(format = DateTime)]
    pub ended_at: Option<String>,
    /// How many changes it is about.
    pub changes: i64,
    /// Position up to which it tells.
    pub until_position: i64,
    /// Of a message about official data that are read by themselves: the run (`list_feed_runs`).
    pub feed_run: Option<i64>,
    pub attempts: i32,
    pub last_attempt: Option<AttemptBody>,
}

/// One try.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AttemptBody {
    #[schema(format = DateTime)]
    pub at: String,
    /// `delivered`, or why not: refused_by_receiver, timed_out, connect_timed_out, unreachable, hung_up, tls_failed, name_unresolved,
    /// address_refused, https_only, port_refused, secret_lost.
    #[schema(example = "delivered")]
    pub outcome: String,
    /// The receiver's HTTP status, where it gave one.
    #[schema(example = 204)]
    pub status: Option<i16>,
    pub milliseconds: i32,
}

/// The body of a webhook.
#[derive(Clone, Debug, Serialize)]
pub struct WatchEvent {
    /// `changes`, or `test`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub timestamp: String,
    pub data: WatchEventData,
}

#[derive(Clone, Debug, Serialize)]
pub struct WatchEventData {
    pub watch: String,
    /// How many changes it is about.
    pub count: i64,
    /// The first of them; all of them when there are as many as `count`.
    pub changes: Vec<ChangeBody>,
    /// Where to read on: misses nothing, whether all are here or not.
    pub next: String,
}

/// The body of a webhook about a data set that is read by itself: it failed again and again, or its file waits for a person.
#[derive(Clone, Debug, Serialize)]
pub struct FeedEvent {
    /// `feed`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub timestamp: String,
    pub data: FeedEventData,
}

#[derive(Clone, Debug, Serialize)]
pub struct FeedEventData {
    pub watch: String,
    pub feed: String,
    /// `failed`: so often in a row that a person should look; `held`.
    pub state: String,
    pub run: i64,
    /// Of a failed one: how many runs in a row.
    pub failures: Option<i64>,
    pub address: String,
    pub fault: Option<String>,
    pub explanation: FeedExplanation,
    /// Where its runs are listed.
    pub next: String,
}

/// Why, in both languages: a webhook has none of its own.
#[derive(Clone, Debug, Serialize)]
pub struct FeedExplanation {
    pub es: Option<String>,
    pub en: Option<String>,
}

impl From<&Watch> for WatchBody {
    fn from(watch: &Watch) -> Self {
        let watch = watch.clone();
        Self {
            id: watch.id,
            url: watch.url,
            description: watch.description,
            cums: (!watch.everything).then_some(watch.cums),
            kinds: watch.kinds,
            state: watch.state,
            state_reason: watch.state_reason,
            created_at: watch.created_at.to_string(),
            confirmed_at: watch.confirmed_at.map(|at| at.to_string()),
            pending: watch.pending,
            failures: watch.failures,
            failing_since: watch.failing_since.map(|at| at.to_string()),
            next_attempt_at: watch.next_attempt_at.map(|at| at.to_string()),
            secret_generation: watch.generation,
            previous_secret_until: watch.previous_until.map(|at| at.to_string()),
            secret: None,
        }
    }
}

impl From<&Delivery> for DeliveryBody {
    fn from(delivery: &Delivery) -> Self {
        let delivery = delivery.clone();
        Self {
            id: delivery.id,
            kind: delivery.kind,
            created_at: delivery.created_at.to_string(),
            state: delivery.state,
            ended_at: delivery.ended_at.map(|at| at.to_string()),
            changes: delivery.changes,
            until_position: delivery.until_position,
            feed_run: delivery.feed_run,
            attempts: delivery.attempts,
            last_attempt: delivery.last.map(AttemptBody::from),
        }
    }
}

impl From<Attempt> for AttemptBody {
    fn from(attempt: Attempt) -> Self {
        let Attempt { at, outcome, status, milliseconds } = attempt;
        Self { at: at.to_string(), outcome, status, milliseconds }
    }
}

impl WatchEvent {
    pub fn new(message: &Message, changes: Vec<ChangeBody>) -> Self {
        let whole = i64::try_from(changes.len()).is_ok_and(|held| held == message.changes);
        let last = changes.last().filter(|_| !whole).map_or(message.until_position, |change| change.position);
        Self {
            kind: if message.kind == "test" { "test" } else { "changes" },
            timestamp: message.created_at.to_string(),
            data: WatchEventData {
                watch: message.watch.clone(),
                count: message.changes,
                changes,
                next: format!("/v1/changes?since={last}"),
            },
        }
    }
}

impl FeedEvent {
    pub fn new(message: &Message, run: FeedRunView) -> Self {
        Self {
            kind: "feed",
            timestamp: message.created_at.to_string(),
            data: FeedEventData {
                watch: message.watch.clone(),
                next: format!("/v1/feeds/{}/runs", run.feed),
                feed: run.feed,
                failures: (run.state == "failed").then_some(FAILURES_TO_TELL),
                state: run.state,
                run: run.id,
                address: run.address,
                fault: run.fault,
                explanation: FeedExplanation { es: run.fault_es, en: run.fault_en },
            },
        }
    }
}
