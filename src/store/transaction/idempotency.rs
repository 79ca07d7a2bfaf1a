//! Stores the answer of a write in the same transaction: a second try finds it and changes nothing.

use deadpool_postgres::Transaction;

use crate::store::postgres::{error::StoreError, statements};

/// The principal and the digest of a request: the same key with another digest is another request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestKey {
    pub principal: String,
    pub key: String,
    /// SHA-256 of method, path with query, and body.
    pub digest: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub location: Option<String>,
    /// JSON.
    pub body: String,
}

pub enum IdempotencyStatus {
    None,
    Answered(Reply),
    /// The key was used for another request.
    OtherRequest,
}

/// Waits until no other try with this key is under way, then looks for its answer.
pub async fn find(tx: &Transaction<'_>, request: &RequestKey) -> Result<IdempotencyStatus, StoreError> {
    tx.query(statements::lock_request_key, &[&request.principal, &request.key]).await?;
    let Some(row) = tx.query_opt(statements::find_reply, &[&request.principal, &request.key]).await? else {
        return Ok(IdempotencyStatus::None);
    };
    if row.try_get::<_, &str>("request_digest")? != request.digest {
        return Ok(IdempotencyStatus::OtherRequest);
    }
    let status = u16::try_from(row.try_get::<_, i16>("status")?).unwrap_or(500);
    Ok(IdempotencyStatus::Answered(Reply { status, location: row.try_get("location")?, body: row.try_get("body")? }))
}

pub async fn keep(tx: &Transaction<'_>, request: &RequestKey, reply: &Reply) -> Result<(), StoreError> {
    let status = i16::try_from(reply.status).unwrap_or(i16::MAX);
    let RequestKey { principal, key, digest } = request;
    tx.execute(statements::insert_reply, &[principal, key, digest, &status, &reply.location, &reply.body]).await?;
    Ok(())
}
