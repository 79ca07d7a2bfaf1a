//! The audit log and the public keys, as stored.

use jiff::{Timestamp, civil::Date};
use serde_json::Value as Json;

use crate::{
    read_model::{ReadModel, statements},
    store::postgres::error::StoreError,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    pub position: i64,
    pub at: Timestamp,
    pub principal: Option<String>,
    pub key: Option<String>,
    pub actor: String,
    pub action: String,
    pub subject: String,
    pub reason: Option<String>,
    pub request_id: String,
    pub details: Json,
    pub previous_hash: String,
    pub hash: String,
}

/// Which entries are listed; without a word of it, all.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    pub action: Option<String>,
    /// A part of the name, as a pattern of `LIKE`.
    pub actor: Option<String>,
    pub subject: Option<String>,
    /// The first and the last day, in Colombia.
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub newest_first: bool,
}

/// The public half of a key that signs, or once signed, here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    pub kid: String,
    pub bytes: Vec<u8>,
    pub first_used_at: Timestamp,
}

/// A living key of a principal, and who made and confirmed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LivingKey {
    pub id: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// Principal and name; `None`: the owner of the machine, or the developer who took a free key.
    pub created_by: Option<(String, String)>,
    pub needs_confirmation: bool,
    pub confirmed_at: Option<Timestamp>,
    /// Of a confirmed key, `None`: the owner of the machine.
    pub confirmed_by: Option<(String, String)>,
}

impl ReadModel {
    /// Oldest first.
    pub async fn living_keys(&self, principal: &str, now: Timestamp) -> Result<Vec<LivingKey>, StoreError> {
        let rows = self.database.read_connection().await?.query(statements::living_keys, &[&principal, &now]).await?;
        rows.iter()
            .map(|row| {
                let person = |id: &str, name: &str| -> Result<_, StoreError> {
                    Ok(row.try_get::<_, Option<String>>(id)?.zip(row.try_get::<_, Option<String>>(name)?))
                };
                Ok(LivingKey {
                    id: row.try_get("id")?,
                    created_at: row.try_get("created_at")?,
                    expires_at: row.try_get("expires_at")?,
                    created_by: person("created_by", "created_by_name")?,
                    needs_confirmation: row.try_get("needs_confirmation")?,
                    confirmed_at: row.try_get("confirmed_at")?,
                    confirmed_by: person("confirmed_by", "confirmed_by_name")?,
                })
            })
            .collect()
    }

    /// In order of position, or newest first. Positions are given in the order of commits, so who reads on from the last one misses nothing.
    pub async fn list_audit(&self, filter: &AuditFilter, after: Option<i64>, limit: i64) -> Result<Vec<AuditEntry>, StoreError> {
        let AuditFilter { action, actor, subject, from, to, newest_first } = filter;
        let statement = if *newest_first { statements::audit_list_newest } else { statements::audit_list };
        let mut connection = self.database.read_connection().await?;
        let rows = connection.query(statement, &[&after, &limit, action, actor, subject, from, to]).await?;
        rows.iter()
            .map(|row| {
                Ok(AuditEntry {
                    position: row.try_get("position")?,
                    at: row.try_get("at")?,
                    principal: row.try_get("principal_id")?,
                    key: row.try_get("key_id")?,
                    actor: row.try_get("actor")?,
                    action: row.try_get("action")?,
                    subject: row.try_get("subject")?,
                    reason: row.try_get("reason")?,
                    request_id: row.try_get("request_id")?,
                    details: row.try_get("details")?,
                    previous_hash: row.try_get("previous_hash")?,
                    hash: row.try_get("hash")?,
                })
            })
            .collect()
    }

    pub async fn signing_keys(&self) -> Result<Vec<PublicKey>, StoreError> {
        let rows = self.database.read_connection().await?.query(statements::signing_keys, &[]).await?;
        rows.iter()
            .map(|row| {
                let (kid, bytes) = (row.try_get("kid")?, row.try_get("public_key")?);
                Ok(PublicKey { kid, bytes, first_used_at: row.try_get("first_used_at")? })
            })
            .collect()
    }
}
