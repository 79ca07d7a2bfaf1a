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

/// The SHA-256 of an import's reports in binary COPY: those of its own partition, those in the shared one, those that count again by it.
pub(crate) async fn of_reports(tx: &Transaction<'_>, import: i64) -> Result<Json, StoreError> {
    let import = import.to_string();
    let own = |part: &str| statements::copy_log_reports.replace("$1", part).replace("$2", &import);
    of_copies(tx, &[own(&import), own("0"), statements::copy_log_restored.replace("$1", &import)]).await
}

/// The same of what a list of products or a thermometer states; nothing of other kinds.
pub(crate) async fn of_listed(tx: &Transaction<'_>, kind: &str, import: i64) -> Result<Json, StoreError> {
    let copy = match kind {
        "thermometer" => statements::copy_log_thermometer,
        "catalogue" => statements::copy_log_catalogue,
        _ => return Ok(Json::Null),
    };
    of_copies(tx, &[copy.replace("$1", &import.to_string())]).await
}

async fn of_copies(tx: &Transaction<'_>, copies: &[String]) -> Result<Json, StoreError> {
    let mut hash = Sha256::new();
    for copy in copies {
        let mut stream = pin!(tx.copy_out(copy).await?);
        while let Some(bytes) = stream.try_next().await? {
            hash.update(&bytes);
        }
    }
    Ok(Json::String(hex(&hash.finalize())))
}
