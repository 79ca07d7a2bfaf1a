//! Webhook subscriptions and their messages: rows of the tables that begin with `watch`.

use jiff::Timestamp;
use tokio_postgres::Row;

use crate::store::postgres::error::StoreError;

/// A watch as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    pub id: String,
    pub url: String,
    pub description: String,
    pub kinds: Vec<String>,
    pub everything: bool,
    pub cums: Vec<String>,
    pub created_at: Timestamp,
    /// When its receiver echoed the challenge.
    pub confirmed_at: Option<Timestamp>,
    pub state: String,
    pub state_reason: Option<String>,
    pub generation: i32,
    pub previous_until: Option<Timestamp>,
    pub failures: i32,
    pub failing_since: Option<Timestamp>,
    pub next_attempt_at: Option<Timestamp>,
    pub pending: i64,
}

/// The next message of a watch.
#[derive(Clone, Debug)]
pub struct Message {
    pub number: i64,
    /// The webhook-id.
    pub id: String,
    pub watch: String,
    pub kind: String,
    pub created_at: Timestamp,
    pub positions: Vec<i64>,
    pub changes: i64,
    pub until_position: i64,
    /// The run of a feed that it is about; then it is about no change.
    pub feed_run: Option<i64>,
    pub payload: Option<String>,
    pub url: String,
    pub generation: i32,
    /// The secret before this one signs too.
    pub overlap: bool,
    pub pepper_id: String,
    pub failures: i32,
}

/// A message and its outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub number: i64,
    pub id: String,
    pub kind: String,
    pub created_at: Timestamp,
    pub state: String,
    pub ended_at: Option<Timestamp>,
    pub changes: i64,
    pub until_position: i64,
    pub feed_run: Option<i64>,
    pub attempts: i32,
    pub last: Option<Attempt>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    pub at: Timestamp,
    pub outcome: String,
    pub status: Option<i16>,
    pub milliseconds: i32,
}

pub fn watch(row: &Row) -> Result<Watch, StoreError> {
    Ok(Watch {
        id: row.try_get("id")?,
        url: row.try_get("url")?,
        description: row.try_get("description")?,
        kinds: row.try_get("kinds")?,
        everything: row.try_get("everything")?,
        cums: row.try_get("cums")?,
        created_at: row.try_get("created_at")?,
        confirmed_at: row.try_get("confirmed_at")?,
        state: row.try_get("state")?,
        state_reason: row.try_get("state_reason")?,
        generation: row.try_get("generation")?,
        previous_until: row.try_get("previous_until")?,
        failures: row.try_get("failures")?,
        failing_since: row.try_get("failing_since")?,
        next_attempt_at: row.try_get("next_attempt_at")?,
        pending: row.try_get("pending")?,
    })
}

pub fn message(row: &Row) -> Result<Message, StoreError> {
    Ok(Message {
        number: row.try_get("number")?,
        id: row.try_get("id")?,
        watch: row.try_get("watch_id")?,
        kind: row.try_get("kind")?,
        created_at: row.try_get("created_at")?,
        positions: row.try_get("positions")?,
        changes: row.try_get("changes")?,
        until_position: row.try_get("until_position")?,
        feed_run: row.try_get("feed_run_id")?,
        payload: row.try_get("payload")?,
        url: row.try_get("url")?,
        generation: row.try_get("generation")?,
        overlap: row.try_get("overlap")?,
        pepper_id: row.try_get("pepper_id")?,
        failures: row.try_get("failures")?,
    })
}

pub fn delivery(row: &Row) -> Result<Delivery, StoreError> {
    let attempts: Option<i32> = row.try_get("attempts")?;
    let last = match attempts {
        None => None,
        Some(_) => Some(Attempt {
            at: row.try_get("last_at")?,
            outcome: row.try_get("outcome")?,
            status: row.try_get("status")?,
            milliseconds: row.try_get("milliseconds")?,
        }),
    };
    Ok(Delivery {
        number: row.try_get("number")?,
        id: row.try_get("id")?,
        kind: row.try_get("kind")?,
        created_at: row.try_get("created_at")?,
        state: row.try_get("state")?,
        ended_at: row.try_get("ended_at")?,
        changes: row.try_get("changes")?,
        until_position: row.try_get("until_position")?,
        feed_run: row.try_get("feed_run_id")?,
        attempts: attempts.unwrap_or(0),
        last,
    })
}
