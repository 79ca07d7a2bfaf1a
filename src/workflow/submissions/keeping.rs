//! Keeps a checked file of invoices: its bytes as they came, what was found, and a signed receipt. No row of it becomes a report.

use std::{collections::BTreeMap, path::PathBuf};

use serde_json::{Value as Json, json};

use super::{
    receipt::Receipt,
    submitting::{earlier, keep},
};
use crate::{
    domain::calendar::reporting_period::Span,
    store::{
        log::append,
        transaction::{audit, import::RowCounts},
        workflow::submissions::{self, NewSubmission, SubmissionOutcome},
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

const KIND: &str = "invoice";

/// A file that was checked.
#[derive(Clone, Debug)]
pub struct CheckedFile {
    /// On disk; the caller removes it.
    pub path: PathBuf,
    pub bytes: u64,
    pub sha256: String,
    pub name: String,
    /// dian, zip, csv, xlsx, rips, sismed or med100.
    pub format: &'static str,
    /// The months that its lines are of.
    pub period: Span,
    pub lines: u64,
    /// How many lines have each verdict.
    pub verdicts: BTreeMap<&'static str, u64>,
}

impl Workflow {
    /// Gives the submission's id; the same request again gives the same id.
    pub async fn keep_invoices(&self, context: &CommandContext, checked: &CheckedFile) -> Result<String, WorkflowError> {
        let nit = context.actor.nit.clone();
        let nit = nit.ok_or_else(|| WorkflowError::refused("forbidden", "solo un informante", "only a reporter"))?;
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        if let Some(id) = earlier(&tx, context).await? {
            return Ok(id);
        }
        let new = new_submission(context, checked, nit)?;
        let id = new.id.as_str();
        submissions::insert(&tx, &new).await?;
        keep(&tx, id, &checked.path).await?;
        let lines = i64::try_from(checked.lines).unwrap_or(i64::MAX);
        let action = |action, details: Json| AuditedAction { action, subject: id, reason: None, details };
        let details = json!({"kind": KIND, "nit": new.nit, "period": new.period, "sha256": new.sha256, "bytes": new.bytes});
        context.record(&tx, &action("receive_submission", details)).await?;
        let received = submissions::take_up(&tx, id).await?;
        let received = received.ok_or_else(|| WorkflowError::not_found("el envío", "submission", id))?;
        let details = json!({"kind": KIND, "state": "accepted", "sha256": new.sha256, "read": lines, "accepted": lines});
        let recorded = context.record(&tx, &action("accept_submission", details)).await?;
        let mut outcome = SubmissionOutcome {
            state: "accepted",
            finished_at: audit::stored_instant(context.now),
            import: None,
            counts: RowCounts { read: lines, accepted: lines, ..RowCounts::default() },
            flags: json!({}),
            reasons: json!({}),
            verdicts: json!(checked.verdicts),
            refusal: None,
            zero_report: false,
            position: Some(recorded.position),
            receipt: None,
        };
        let receipt = Receipt::of(&received, &outcome, &recorded).of_kind(KIND);
        outcome.receipt = Some(self.secrets.sign(receipt.to_json().as_bytes()));
        submissions::finish(&tx, id, &outcome).await?;
        append::append(&tx).await?;
        tx.commit().await?;
        Ok(new.id)
    }
}

fn new_submission(context: &CommandContext, checked: &CheckedFile, nit: String) -> Result<NewSubmission, WorkflowError> {
    Ok(NewSubmission {
        id: random::id('s')?,
        kind: KIND,
        principal: context.actor.principal.clone(),
        nit,
        key: context.key.clone(),
        request_digest: context.digest.clone(),
        name: checked.name.clone(),
        format: checked.format,
        gzip: false,
        period: checked.period.to_string(),
        from: checked.period.from,
        until: checked.period.until,
        bytes: i64::try_from(checked.bytes).unwrap_or(i64::MAX),
        sha256: checked.sha256.clone(),
        dry_run: false,
        rectifies: None,
        version: 1,
        received_at: context.now,
        zero_report: false,
    })
}
