//! A signed head of the log as stored.

use jiff::Timestamp;
use tokio_postgres::Row;

use crate::store::postgres::error::StoreError;

/// A size of the log, its root then, and the signature over both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHead {
    pub size: i64,
    pub root: Vec<u8>,
    pub at: Timestamp,
    pub kid: String,
    /// JWS, compact, EdDSA.
    pub signed: String,
}

impl SignedHead {
    /// `None` where the columns are those of no head.
    pub fn of(row: &Row) -> Result<Option<Self>, StoreError> {
        let Some(size) = row.try_get("size")? else { return Ok(None) };
        Ok(Some(Self {
            size,
            root: row.try_get("root")?,
            at: row.try_get("signed_at")?,
            kid: row.try_get("kid")?,
            signed: row.try_get("signed")?,
        }))
    }
}
