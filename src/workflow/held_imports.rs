//! What a person decides of a file that is held: it is let in, or let go.

use deadpool_postgres::Transaction;
use jiff::Timestamp;
use serde_json::json;

use super::{
    Workflow,
    common::{
        context::{AuditedAction, CommandContext, Render},
        error::WorkflowError,
    },
};
use crate::{
    import::{
        release::{ReleaseOptions, release_file},
        report::{Acceptance, ImportError},
    },
    store::{
        imports::holding::{self, HeldImport},
        postgres::{error::StoreError, statements},
        transaction::idempotency::Reply,
    },
};

/// The decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldDecision {
    pub held: i64,
    pub kind: String,
    pub name: String,
    /// `released` or `discarded`.
    pub decision: &'static str,
    pub decided_at: Timestamp,
}

impl Workflow {
    /// The decision is one transaction with its audit entry; the import that follows is another, which names the same person and reason.
    ///
    /// # Errors
    /// `not_found` when there is no such file, `conflict` when it does not wait, `unprocessable` when it cannot be imported: it goes on waiting.
    pub async fn release_held_import(
        &self,
        context: &CommandContext,
        id: i64,
        reason: &str,
        render: Render<'_, HeldDecision>,
    ) -> Result<Reply, WorkflowError> {
        let turn = self.write_lock().await?;
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        let held = waiting(&tx, id).await?;
        let reply = decided(context, &tx, &held, ("released", "release_held_import"), reason, render).await?;
        tx.commit().await?;
        drop(object);
        let acceptance = Acceptance { by: context.actor.name.clone(), reason: reason.to_owned() };
        let options = ReleaseOptions::at(&self.spool, self.max_age_days, context.now);
        let report = release_file(&self.database, &held, acceptance, &options).await.map_err(import_refused)?;
        drop(turn);
        if report.import.is_none() && !report.already_imported {
            return Err(WorkflowError::refused(
                "unprocessable", "ninguna fila de ese archivo se puede usar: sigue retenido",
                "no row of that file can be used: it goes on waiting",
            ));
        }
        Ok(reply)
    }

    /// # Errors
    /// `not_found` when there is no such file, `conflict` when it does not wait.
    pub async fn discard_held_import(
        &self,
        context: &CommandContext,
        id: i64,
        reason: &str,
        render: Render<'_, HeldDecision>,
    ) -> Result<Reply, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        let held = waiting(&tx, id).await?;
        holding::let_go(&tx, id, &context.actor.name, context.now).await?;
        let reply = decided(context, &tx, &held, ("discarded", "discard_held_import"), reason, render).await?;
        tx.commit().await?;
        Ok(reply)
    }
}

/// One that still waits; nobody else decides of it until the commit.
async fn waiting(tx: &Transaction<'_>, id: i64) -> Result<HeldImport, WorkflowError> {
    tx.query_opt(statements::lock_held_import, &[&id]).await.map_err(StoreError::from)?;
    let found = holding::held_imports(tx, Some(id)).await?.pop();
    let held = found.ok_or_else(|| WorkflowError::not_found("el archivo retenido", "held file", &id.to_string()))?;
    if held.state == "held" {
        return Ok(held);
    }
    Err(WorkflowError::refused("conflict", "ese archivo ya no espera a nadie", "that file does not wait any more"))
}

async fn decided(
    context: &CommandContext,
    tx: &Transaction<'_>,
    held: &HeldImport,
    (decision, action): (&'static str, &'static str),
    reason: &str,
    render: Render<'_, HeldDecision>,
) -> Result<Reply, WorkflowError> {
    let HeldImport { id, kind, name, sha256, reasons, .. } = held;
    let made = HeldDecision { held: *id, kind: kind.clone(), name: name.clone(), decision, decided_at: context.now };
    let reply = Reply { status: 200, location: None, body: render(&made) };
    let subject = format!("held import {id}");
    let details = json!({"kind": kind, "name": name, "sha256": sha256, "held_for": reasons});
    context.finish(tx, &AuditedAction { action, subject: &subject, reason: Some(reason), details }, &reply).await?;
    Ok(reply)
}

fn import_refused(error: ImportError) -> WorkflowError {
    match error {
        ImportError::Store(error) => error.into(),
        ImportError::File(fault) => {
            let words = fault.words();
            WorkflowError::refused("unprocessable", words.es, words.en)
        }
        other => WorkflowError::machine("a held file could not be imported", other),
    }
}
