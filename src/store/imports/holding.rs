//! Held files: stored as received and without effect until a person releases or discards them.

use std::path::Path;

use deadpool_postgres::{ClientWrapper, GenericClient, Transaction};
use jiff::{Timestamp, civil::Date};
use serde_json::json;
use tokio::io::AsyncReadExt;
use tokio_postgres::Row;

use crate::{
    domain::law::edition::HoldReason,
    store::{
        postgres::{error::StoreError, statements},
        transaction::{
            audit::{self, NewAuditEntry},
            import::{Import, NewFile, RowCounts},
        },
    },
};

const PIECE_BYTES: usize = 1 << 20;
/// The request id in the audit log for actions on the machine itself.
pub(crate) const COMMAND_LINE: &str = "command-line";

pub struct NewHeld<'a> {
    pub file: &'a NewFile<'a>,
    pub path: &'a Path,
    pub counts: RowCounts,
    /// The day it speaks for, and the day that a person gave.
    pub cut_date: Option<Date>,
    pub given: Option<Date>,
}

/// A file that is or was held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldImport {
    pub id: i64,
    pub kind: String,
    pub name: String,
    pub sha256: String,
    pub cut_date: Option<Date>,
    pub given_cut_date: Option<Date>,
    pub counts: RowCounts,
    pub reasons: Vec<String>,
    pub reasons_es: String,
    pub reasons_en: String,
    pub held_at: Timestamp,
    /// held, released or discarded.
    pub state: String,
    pub decided_at: Option<Timestamp>,
    pub decided_by: Option<String>,
    pub decided_reason: Option<String>,
    pub source_file: Option<i64>,
}

/// The author of the decision when a file is held again with another day.
const THE_IMPORT: &str = "import";

/// Keeps the file; the number under which it waits. The same content waits once, with the day that was given last.
pub(crate) async fn hold(
    client: &mut ClientWrapper,
    held: &NewHeld<'_>,
    reasons: &[HoldReason],
    now: Timestamp,
) -> Result<i64, StoreError> {
    let tx = client.transaction().await?;
    let NewHeld { file, path, counts, cut_date, given } = held;
    let RowCounts { read, accepted, quarantined, refused } = counts;
    let codes: Vec<&str> = reasons.iter().map(HoldReason::code).collect();
    let words = |say: fn(&HoldReason) -> String| reasons.iter().map(say).collect::<Vec<_>>().join("; ");
    let (spanish, english) = (words(HoldReason::spanish), words(HoldReason::english));
    let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] = &[
        &file.kind, &file.name, &file.sha256, &file.bytes, cut_date, given, read, accepted, quarantined, refused, &codes,
        &spanish, &english, &now,
    ];
    if let Some(known) = tx.query_opt(statements::find_held_import, &[&file.kind, &file.sha256]).await? {
        let id: i64 = known.try_get("id")?;
        if known.try_get::<_, Option<Date>>("given_cut_date")? == *given {
            return Ok(id);
        }
        decide(&tx, id, "discarded", THE_IMPORT, None, now).await?;
    }
    let Some(row) = tx.query_opt(statements::insert_held_import, params).await? else {
        // Another import of the same content came first.
        let known = tx.query_one(statements::find_held_import, &[&file.kind, &file.sha256]).await?;
        return Ok(known.try_get("id")?);
    };
    let id: i64 = row.try_get("id")?;
    keep(&tx, id, path).await?;
    tx.commit().await?;
    Ok(id)
}

async fn keep(tx: &Transaction<'_>, id: i64, path: &Path) -> Result<(), StoreError> {
    let unreadable = |error: std::io::Error| StoreError::Bug(Box::new(error));
    let mut file = tokio::fs::File::open(path).await.map_err(unreadable)?;
    let mut piece = Vec::with_capacity(PIECE_BYTES);
    for ordinal in 0_i32.. {
        piece.clear();
        (&mut file).take(PIECE_BYTES as u64).read_to_end(&mut piece).await.map_err(unreadable)?;
        if piece.is_empty() {
            break;
        }
        tx.execute(statements::insert_held_piece, &[&id, &ordinal, &piece]).await?;
    }
    Ok(())
}

/// A person's word, in the audit log, before the import that it lets in.
pub(crate) async fn record_acceptance(
    import: &Import<'_>,
    kind: &str,
    (by, reason): (&str, &str),
    reasons: &[HoldReason],
    now: Timestamp,
) -> Result<(), StoreError> {
    let codes: Vec<&str> = reasons.iter().map(HoldReason::code).collect();
    let details = json!({"kind": kind, "held_for": codes, "rows_accepted": import.counts.accepted});
    let subject = format!("import {}", import.file);
    record(&import.tx, "accept_import", &subject, (by, reason), details, now).await
}

/// If the same content waits, it waits no longer.
pub(crate) async fn release_same_content(
    import: &Import<'_>,
    kind: &str,
    sha256: &str,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(row) = import.tx.query_opt(statements::find_held_import, &[&kind, &sha256]).await? else { return Ok(()) };
    decide(&import.tx, row.try_get("id")?, "released", by, Some(import.file), now).await
}

/// The file is discarded: its content is deleted, and the decision stays.
pub(crate) async fn discard(
    tx: &Transaction<'_>,
    held: &HeldImport,
    (by, reason): (&str, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    decide(tx, held.id, "discarded", by, None, now).await?;
    let details = json!({"kind": held.kind, "name": held.name, "sha256": held.sha256, "held_for": held.reasons});
    record(tx, "discard_held_import", &format!("held import {}", held.id), (by, reason), details, now).await
}

/// The same where its entry in the audit log is another's business.
pub(crate) async fn let_go(tx: &Transaction<'_>, id: i64, by: &str, now: Timestamp) -> Result<(), StoreError> {
    decide(tx, id, "discarded", by, None, now).await
}

async fn decide(
    tx: &Transaction<'_>,
    id: i64,
    state: &str,
    by: &str,
    source_file: Option<i64>,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(statements::decide_held_import, &[&id, &state, &now, &by, &source_file]).await?;
    tx.execute(statements::delete_held_body, &[&id]).await?;
    Ok(())
}

pub async fn record(
    tx: &Transaction<'_>,
    action: &str,
    subject: &str,
    (by, reason): (&str, &str),
    details: serde_json::Value,
    now: Timestamp,
) -> Result<(), StoreError> {
    let reason = (!reason.is_empty()).then_some(reason);
    let entry = NewAuditEntry {
        at: now,
        principal: None,
        key: None,
        actor: by,
        action,
        subject,
        reason,
        request_id: COMMAND_LINE,
        details,
    };
    audit::record(tx, &entry).await?;
    Ok(())
}

/// Those that wait, newest first; or one by its number, in whatever state.
pub async fn held_imports(client: &impl GenericClient, id: Option<i64>) -> Result<Vec<HeldImport>, StoreError> {
    client.query(statements::held_imports, &[&id]).await?.iter().map(held_import).collect()
}

/// Writes the bytes of a held file to a path.
pub(crate) async fn write_body(client: &impl GenericClient, id: i64, path: &Path) -> Result<(), StoreError> {
    use tokio::io::AsyncWriteExt;
    let unwritable = |error: std::io::Error| StoreError::Bug(Box::new(error));
    let mut file = tokio::fs::File::create(path).await.map_err(unwritable)?;
    for ordinal in 0_i32.. {
        let Some(row) = client.query_opt(statements::held_piece, &[&id, &ordinal]).await? else { break };
        file.write_all(row.try_get("bytes")?).await.map_err(unwritable)?;
    }
    file.flush().await.map_err(unwritable)
}

fn held_import(row: &Row) -> Result<HeldImport, StoreError> {
    Ok(HeldImport {
        id: row.try_get("id")?,
        kind: row.try_get("kind")?,
        name: row.try_get("name")?,
        sha256: row.try_get("sha256")?,
        cut_date: row.try_get("cut_date")?,
        given_cut_date: row.try_get("given_cut_date")?,
        counts: RowCounts::of(row)?,
        reasons: row.try_get("reasons")?,
        reasons_es: row.try_get("reasons_es")?,
        reasons_en: row.try_get("reasons_en")?,
        held_at: row.try_get("held_at")?,
        state: row.try_get("state")?,
        decided_at: row.try_get("decided_at")?,
        decided_by: row.try_get("decided_by")?,
        decided_reason: row.try_get("decided_reason")?,
        source_file: row.try_get("source_file_id")?,
    })
}
