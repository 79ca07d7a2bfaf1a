//! SHA-256 over the rows of an import, streamed: as lines, or as PostgreSQL copies them out.

use std::pin::pin;

use deadpool_postgres::Transaction;
use futures_util::TryStreamExt;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use tokio_postgres::types::BorrowToSql;

use crate::{
    store::postgres::{error::StoreError, statements},
    text::hex::hex,
};

/// How many lines a statement gives, and the SHA-256 of all of them, each with a line break.
pub(crate) async fn of_lines<P: BorrowToSql>(
    tx: &Transaction<'_>,
    statement: &str,
    params: impl IntoIterator<Item = P, IntoIter: ExactSizeIterator>,
) -> Result<Json, StoreError> {
    let mut rows = pin!(tx.query_raw(statement, params).await?);
    let (mut count, mut hash) = (0_u64, Sha256::new());
    while let Some(row) = rows.try_next().await? {
        hash.update(row.try_get::<_, &str>("line")?);
        hash.update("\n");
        count += 1;
    }
    Ok(json!({"rows": count, "sha256": hex(&hash.finalize())}))
}

/// The SHA-256 of the rows of an import in binary COPY: its reports, those that count again by an undo, what a catalogue or a thermometer
/// lists; nothing of other kinds.
pub(crate) async fn of_copy(tx: &Transaction<'_>, kind: &str, import: i64) -> Result<Json, StoreError> {
    let copy = match kind {
        "sismed" | "submission" => statements::copy_log_reports,
        "undo" => statements::copy_log_restored,
        "thermometer" => statements::copy_log_thermometer,
        "catalogue" => statements::copy_log_catalogue,
        _ => return Ok(Json::Null),
    };
    let mut hash = Sha256::new();
    let mut stream = pin!(tx.copy_out(&copy.replace("$1", &import.to_string())).await?);
    while let Some(bytes) = stream.try_next().await? {
        hash.update(&bytes);
    }
    Ok(Json::String(hex(&hash.finalize())))
}
