//! The audit log: one entry per action, in the order of commits; each hash covers the entry before.

use deadpool_postgres::Transaction;
use jiff::{Timestamp, Unit};
use serde_json::{Value as Json, json};

use crate::{
    store::{
        log::append,
        postgres::{error::StoreError, statements},
    },
    text::hex::sha256,
};

/// The hash before the first entry.
pub(crate) const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

pub struct NewAuditEntry<'a> {
    pub at: Timestamp,
    pub principal: Option<&'a str>,
    pub key: Option<&'a str>,
    /// A name for people: the principal's, or `host` or `service`.
    pub actor: &'a str,
    pub action: &'a str,
    pub subject: &'a str,
    pub reason: Option<&'a str>,
    pub request_id: &'a str,
    pub details: Json,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub position: i64,
    pub hash: String,
}

/// Adds the entry to this transaction; it stands or falls with it.
pub async fn record(tx: &Transaction<'_>, entry: &NewAuditEntry<'_>) -> Result<Recorded, StoreError> {
    // Held to the commit, so that positions are given in the order in which actions become visible.
    append::lock(tx).await?;
    let head = tx.query_opt(statements::audit_head, &[]).await?;
    let (last, previous): (i64, String) = match head {
        Some(row) => (row.try_get("position")?, row.try_get("hash")?),
        None => (0, NOTHING.to_owned()),
    };
    let position = last + 1;
    let at = stored_instant(entry.at);
    let hash = entry_hash(&previous, position, at, entry);
    let NewAuditEntry { principal, key, actor, action, subject, reason, request_id, details, .. } = entry;
    tx.execute(
        statements::insert_audit_entry,
        &[&position, &at, principal, key, actor, action, subject, reason, request_id, details, &previous, &hash],
    )
    .await?;
    append::append_audit(tx).await?;
    Ok(Recorded { position, hash })
}

/// PostgreSQL keeps microseconds; what is hashed must be what can be read back.
pub(crate) fn stored_instant(at: Timestamp) -> Timestamp {
    at.round(Unit::Microsecond).unwrap_or(at)
}

/// SHA-256 of the previous hash, a line break, and a JSON array of everything in the entry.
pub(crate) fn entry_hash(previous: &str, position: i64, at: Timestamp, entry: &NewAuditEntry<'_>) -> String {
    let NewAuditEntry { principal, key, actor, action, subject, reason, request_id, details, .. } = entry;
    let at = at.to_string();
    let text = json!([position, at, principal, key, actor, action, subject, reason, request_id, details]);
    sha256(format!("{previous}\n{text}"))
}
