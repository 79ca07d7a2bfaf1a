//! Signs heads of the log: a size, its root and an instant, by the key that signs receipts.

use jiff::Timestamp;
use serde_json::json;

use super::{Workflow, common::error::WorkflowError};
use crate::{
    domain::merkle::tree::Edge,
    store::{
        log::{
            heads::SignedHead,
            subtrees::{StoredHashes, SubtreeQuery, unsigned},
        },
        postgres::statements,
        transaction::audit::stored_instant,
    },
    text::hex::hex,
};

pub const FORMAT: &str = "termometro-log-head/1";

impl Workflow {
    /// The head of the log as it is now: signed before, or signed and stored here. `None` of a log without leaves.
    pub async fn sign_log_head(&self, now: Timestamp) -> Result<Option<SignedHead>, WorkflowError> {
        let connection = self.database.write_connection().await?;
        let row = connection.query_one(statements::log_head_of, &[]).await?;
        let (size, newest): (i64, _) = (row.try_get("log_size")?, SignedHead::of(&row)?);
        if size == 0 || newest.as_ref().is_some_and(|newest| newest.size >= size) {
            return Ok(newest);
        }
        let wanted = SubtreeQuery::of(Edge::needs(unsigned(size)));
        let rows = connection.query(statements::log_subtrees, &[&wanted.levels, &wanted.ordinals]).await?;
        let root = StoredHashes::read(&rows)?.edge(unsigned(size))?.root().to_vec();
        let at = stored_instant(now);
        let payload = json!({"format": FORMAT, "size": size, "root": hex(&root), "at": at.to_string()});
        let signed = self.secrets.sign(payload.to_string().as_bytes());
        let kid = self.secrets.kid.clone();
        let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] = &[&size, &root, &at, &kid, &signed];
        connection.execute(statements::insert_log_head, params).await?;
        // Another service may have signed it first: what is stored is what all of them answer.
        let row = connection.query_one(statements::log_head_of, &[]).await?;
        Ok(SignedHead::of(&row)?)
    }
}
