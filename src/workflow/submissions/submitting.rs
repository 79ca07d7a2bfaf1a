//! Receives a submission: the file is stored as sent, under the reporter's key, before it is read.

use std::{io::Read, path::PathBuf};

use deadpool_postgres::Transaction;
use serde_json::json;

use crate::{
    domain::calendar::reporting_period::Span,
    ingest,
    store::{
        postgres::statements,
        workflow::submissions::{self, NewSubmission},
    },
    workflow::{
        Workflow,
        common::{
            context::{AuditedAction, CommandContext},
            error::WorkflowError,
            random,
        },
    },
};

pub use crate::ingest::IntakeFormat;

/// The received file, and the reporter's statements about it.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// On disk; the caller removes it.
    pub path: PathBuf,
    pub bytes: u64,
    pub sha256: String,
    pub name: String,
    /// As its content type says it; `None` where that says nothing, and the content decides.
    pub format: Option<IntakeFormat>,
    /// As its content encoding says it.
    pub gzip: bool,
    /// The reporter says that it has no rows: nothing was sold.
    pub zero_report: bool,
    pub period: Span,
    pub dry_run: bool,
    /// The submission that this one corrects.
    pub rectifies: Option<String>,
}

const PIECE_BYTES: u64 = 1 << 20;

impl Workflow {
    /// Keeps the delivery and gives its id; the same request again gives the same id.
    pub async fn receive_submission(&self, context: &CommandContext, delivery: &Delivery) -> Result<String, WorkflowError> {
        let nit = context
            .actor
            .nit
            .clone()
            .ok_or_else(|| WorkflowError::refused("forbidden", "solo un informante", "only a reporter"))?;
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        if let Some(id) = earlier(&tx, context).await? {
            return Ok(id);
        }
        let path = delivery.path.clone();
        let sniffed = tokio::task::spawn_blocking(move || ingest::sniff(&path)).await;
        let sniffed = sniffed.map_err(|error| WorkflowError::machine("looking at an upload", error))??;
        let version = match &delivery.rectifies {
            Some(rectified) => version_after(&tx, rectified, &nit).await?,
            None => 1,
        };
        let new = NewSubmission {
            id: random::id('s')?,
            kind: "report",
            principal: context.actor.principal.clone(),
            nit,
            key: context.key.clone(),
            request_digest: context.digest.clone(),
            name: delivery.name.clone(),
            format: format(delivery.format, sniffed.format).code(),
            gzip: delivery.gzip || sniffed.gzip,
            period: delivery.period.to_string(),
            from: delivery.period.from,
            until: delivery.period.until,
            bytes: i64::try_from(delivery.bytes).unwrap_or(i64::MAX),
            sha256: delivery.sha256.clone(),
            dry_run: delivery.dry_run,
            rectifies: delivery.rectifies.clone(),
            version,
            received_at: context.now,
            zero_report: delivery.zero_report,
        };
        submissions::insert(&tx, &new).await.map_err(or_rectified)?;
        keep(&tx, &new.id, &delivery.path).await?;
        let details = json!({"nit": new.nit, "period": new.period, "sha256": new.sha256, "bytes": new.bytes, "dry_run": new.dry_run,
            "rectifies": new.rectifies});
        context.record(&tx, &AuditedAction { action: "receive_submission", subject: &new.id, reason: None, details }).await?;
        tx.commit().await?;
        Ok(new.id)
    }
}

/// What the same request made before.
pub(super) async fn earlier(tx: &Transaction<'_>, context: &CommandContext) -> Result<Option<String>, WorkflowError> {
    let row = tx.query_opt(statements::find_submission_by_key, &[&context.actor.principal, &context.key]).await?;
    let Some(row) = row else { return Ok(None) };
    if row.try_get::<_, &str>("request_digest")? == context.digest {
        return Ok(Some(row.try_get("id")?));
    }
    let (es, en) = ("esa Idempotency-Key ya se usó para otra petición", "that Idempotency-Key was used for another request");
    Err(WorkflowError::refused("idempotency_key_reused", es, en))
}

/// What cannot be mistaken for another form is that form, whatever it was called.
fn format(called: Option<IntakeFormat>, content: Option<IntakeFormat>) -> IntakeFormat {
    match (called, content) {
        (_, Some(format @ (IntakeFormat::Xlsx | IntakeFormat::Med100))) => format,
        (Some(format), _) | (None, Some(format)) => format,
        (None, None) => IntakeFormat::Csv,
    }
}

/// Only one's own, only what was accepted, and only its newest version.
async fn version_after(tx: &Transaction<'_>, rectified: &str, nit: &str) -> Result<i32, WorkflowError> {
    let row = tx.query_opt(statements::find_rectified, &[&rectified, &nit]).await?;
    let row = row.ok_or_else(|| WorkflowError::not_found("el envío", "submission", rectified))?;
    let state: &str = row.try_get("state")?;
    if row.try_get::<_, bool>("dry_run")? || !["accepted", "partly_quarantined"].contains(&state) {
        let (es, en) = ("solo se rectifica un envío aceptado", "only an accepted submission can be rectified");
        return Err(WorkflowError::refused("conflict", es, en));
    }
    if let Some(by) = row.try_get::<_, Option<String>>("rectified_by")? {
        return Err(WorkflowError::refused("conflict", format!("ya lo rectificó {by}"), format!("{by} rectified it before")));
    }
    Ok(row.try_get::<_, i32>("version")? + 1)
}

fn or_rectified(error: crate::store::postgres::error::StoreError) -> WorkflowError {
    if error.violates("submission_rectified_once") {
        return WorkflowError::refused("conflict", "ya se rectificó", "it was rectified before");
    }
    error.into()
}

pub(super) async fn keep(tx: &Transaction<'_>, id: &str, path: &std::path::Path) -> Result<(), WorkflowError> {
    let mut file = std::fs::File::open(path)?;
    for ordinal in 0_i32.. {
        let (piece, rest) = tokio::task::spawn_blocking(move || {
            let mut piece = Vec::new();
            let read = (&mut file).take(PIECE_BYTES).read_to_end(&mut piece);
            read.map(|_| (piece, file))
        })
        .await
        .map_err(|error| WorkflowError::machine("reading an upload", error))??;
        file = rest;
        if piece.is_empty() {
            break;
        }
        tx.execute(statements::insert_submission_piece, &[&id, &ordinal, &piece]).await?;
    }
    Ok(())
}
