//! Notes of regulators on a case, for each other: only added, and nowhere but there.

use jiff::Timestamp;
use serde_json::json;

use super::{
    Workflow,
    cases::{may_work, unknown, written},
    common::{
        context::{AuditedAction, CommandContext, Render},
        error::WorkflowError,
    },
};
use crate::{
    domain::cases::case_file::CaseId,
    store::{postgres::statements, transaction::idempotency::Reply},
};

const NOTE_CHARS_MAX: usize = 4_000;

/// A note that is kept now. Its text is in no answer that is kept with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseNoteAdded {
    pub case: String,
    /// From 1, in order.
    pub number: i32,
    pub at: Timestamp,
}

impl Workflow {
    /// # Errors
    /// The case is unknown, or the text is empty or too long.
    pub async fn add_case_note(
        &self,
        context: &CommandContext,
        id: &CaseId,
        text: &str,
        render: Render<'_, CaseNoteAdded>,
    ) -> Result<Reply, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        may_work(context)?;
        let text = written("/text", text, NOTE_CHARS_MAX)?;
        // Of two notes at once, one waits for the other's number.
        if tx.query(statements::lock_cases, &[&vec![id.as_str()]]).await?.is_empty() {
            return Err(unknown(id));
        }
        let (case, author) = (id.as_str(), &context.actor.principal);
        let row = tx.query_one(statements::insert_case_note, &[&case, &context.now, author, &text]).await?;
        let added = CaseNoteAdded { case: id.to_string(), number: row.try_get("ordinal")?, at: context.now };
        let reply = Reply { status: 201, location: Some(format!("/v1/cases/{id}/notes")), body: render(&added) };
        // Not a word of it: the audit log is read by others too.
        let details = json!({"number": added.number, "characters": text.chars().count()});
        let action = AuditedAction { action: "add_case_note", subject: case, reason: None, details };
        context.finish(&tx, &action, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }
}
