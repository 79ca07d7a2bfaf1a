//! A consultation or a comment held for a step, with the checks and refusals that the steps share.

use deadpool_postgres::Transaction;
use jiff::{Timestamp, civil::Date};

use crate::{
    domain::participation::{
        consultation::{CommentState, LineFate, LineId, LineKey, fate},
        petition::{Unwanted, unwanted},
    },
    store::postgres::{
        error::{StoreError, corrupt},
        statements,
    },
    workflow::{
        cases::written,
        common::error::{Refusal, RefusalFault, WorkflowError},
    },
};

/// As it stands before the step; its draft is held until the commit.
pub struct HeldConsultation {
    pub draft: String,
    pub draft_state: String,
    /// The last day on which comments are taken.
    pub closes_on: Date,
    /// The newest version of the draft.
    pub version: i32,
}

/// As it stands before the step; locked until the commit.
pub struct HeldComment {
    pub id: String,
    pub draft: String,
    pub request_digest: String,
    pub body_digest: String,
    pub received_at: Timestamp,
    pub due_on: Date,
    pub due_citation: String,
    pub state: CommentState,
    pub ticket_hash: Vec<u8>,
}

/// Where a comment stands after a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommentMoved {
    pub id: String,
    pub state: CommentState,
}

/// Beside others that do the same: no approval and no other content of the draft comes in between.
///
/// # Errors
/// `not_found` when the draft has no consultation.
pub async fn hold(tx: &Transaction<'_>, draft: &str) -> Result<HeldConsultation, WorkflowError> {
    tx.query_opt(statements::share_act_draft, &[&draft]).await?;
    found(tx, draft).await
}

/// Alone: one after the other.
///
/// # Errors
/// As [`hold`].
pub async fn hold_alone(tx: &Transaction<'_>, draft: &str) -> Result<HeldConsultation, WorkflowError> {
    tx.query_opt(statements::lock_act_draft, &[&draft]).await?;
    found(tx, draft).await
}

/// In a statement of its own: what was waited for is seen.
async fn found(tx: &Transaction<'_>, draft: &str) -> Result<HeldConsultation, WorkflowError> {
    let row = tx.query_opt(statements::find_consultation, &[&draft]).await?.ok_or_else(|| unknown(draft))?;
    Ok(HeldConsultation {
        draft: draft.to_owned(),
        draft_state: row.try_get("draft_state")?,
        closes_on: row.try_get("closes_on")?,
        version: row.try_get("version")?,
    })
}

impl HeldConsultation {
    /// # Errors
    /// `conflict` when its draft is decided on, or withdrawn.
    pub fn require_draft(&self) -> Result<(), WorkflowError> {
        let state = &self.draft_state;
        if state == "draft" {
            return Ok(());
        }
        Err(WorkflowError::refused(
            "conflict",
            format!("el borrador está en estado {state}: la consulta no cambia más"),
            format!("the draft is {state}: its consultation does not change any more"),
        ))
    }

    /// # Errors
    /// `consultation_closed` after its last day.
    pub fn require_open(&self, today: Date) -> Result<(), WorkflowError> {
        self.require_draft()?;
        let last = self.closes_on;
        if today <= last {
            return Ok(());
        }
        Err(WorkflowError::refused(
            "consultation_closed",
            format!("la consulta estuvo abierta hasta el {last}"),
            format!("the consultation was open until {last}"),
        ))
    }

    /// A line of the newest version.
    ///
    /// # Errors
    /// `line_unknown` with the nearest lines; `draft_version_superseded` with what became of the line.
    pub async fn require_line(&self, tx: &Transaction<'_>, pointer: &str, line: &LineId) -> Result<(), WorkflowError> {
        let LineKey { part, key, field } = &line.line;
        let row =
            tx.query_one(statements::consultation_line_of_versions, &[&self.draft, &line.version, part, key, field]).await?;
        let value = |side: &str, name: &str| -> Result<Option<Option<String>>, StoreError> {
            let is_there: bool = row.try_get(side)?;
            Ok(if is_there { Some(row.try_get(name)?) } else { None })
        };
        let (then, now) = (value("stood", "value_then")?, value("stands", "value_now")?);
        if line.draft != self.draft || then.is_none() {
            return Err(self.line_unknown(tx, pointer, line).await?);
        }
        if line.version == self.version {
            return Ok(());
        }
        let became = fate(then.as_ref().map(Option::as_deref), now.as_ref().map(Option::as_deref));
        Err(self.superseded(pointer, line, became, now.flatten().as_deref()))
    }

    fn superseded(&self, pointer: &str, line: &LineId, became: LineFate, now: Option<&str>) -> WorkflowError {
        let newest = LineId { version: self.version, ..line.clone() };
        let (fate, value) = (became.code(), now.unwrap_or("-"));
        let fault = RefusalFault::new(
            pointer,
            fate,
            format!("la línea de ahora es {newest}, con «{value}» ({fate})"),
            format!("the line is now {newest}, with \"{value}\" ({fate})"),
        );
        refused_with(
            "draft_version_superseded",
            (
                format!("el borrador va en la versión {}, no en la {}", self.version, line.version),
                format!("the draft is at version {}, not {}", self.version, line.version),
            ),
            vec![fault],
        )
    }

    /// What to write instead.
    pub async fn line_unknown(&self, tx: &Transaction<'_>, pointer: &str, line: &LineId) -> Result<WorkflowError, StoreError> {
        let LineKey { part, key, field } = &line.line;
        let rows = tx.query(statements::nearest_consultation_lines, &[&self.draft, part, key, field]).await?;
        let mut near = Vec::new();
        for row in &rows {
            let (part, key, field): (&str, &str, &str) = (row.try_get("part")?, row.try_get("key")?, row.try_get("field")?);
            let key = if key.is_empty() { String::new() } else { format!("{key}/") };
            near.push(format!("{}.v{}/{part}/{key}{field}", self.draft, row.try_get::<_, i32>("version")?));
        }
        let near = near.join(", ");
        let fault =
            RefusalFault::new(pointer, "line_unknown", format!("las más cercanas: {near}"), format!("the nearest ones: {near}"));
        let said = (format!("no hay una línea {line}"), format!("there is no line {line}"));
        Ok(refused_with("line_unknown", said, vec![fault]))
    }
}

fn refused_with(code: &'static str, (es, en): (String, String), faults: Vec<RefusalFault>) -> WorkflowError {
    WorkflowError::Refused(Refusal { code, es, en, faults, retry_after_s: None })
}

pub async fn find_comment(tx: &Transaction<'_>, id: &str) -> Result<Option<HeldComment>, StoreError> {
    let Some(row) = tx.query_opt(statements::find_comment, &[&id]).await? else { return Ok(None) };
    let state: &str = row.try_get("state")?;
    Ok(Some(HeldComment {
        id: row.try_get("id")?,
        draft: row.try_get("draft_id")?,
        request_digest: row.try_get("request_digest")?,
        body_digest: row.try_get("body_digest")?,
        received_at: row.try_get("received_at")?,
        due_on: row.try_get("due_on")?,
        due_citation: row.try_get("due_citation")?,
        state: CommentState::from_code(state).ok_or_else(|| corrupt("consultation_comment", state))?,
        ticket_hash: row.try_get("ticket_hash")?,
    }))
}

/// Words that everybody will read: links may stand there, a way to reach a person not.
///
/// # Errors
/// `unprocessable`, with the member.
pub fn public_words(pointer: &str, text: &str, chars_max: usize) -> Result<String, WorkflowError> {
    let text = written(pointer, text, chars_max)?;
    if unwanted(&text) != Some(Unwanted::PersonalData) {
        return Ok(text);
    }
    let (es, en) = ("sin correos ni teléfonos: el texto es público", "no e-mail addresses and no telephones: the text is public");
    Err(WorkflowError::unprocessable(vec![RefusalFault::new(pointer, "personal_data", es, en)]))
}

pub fn unknown(draft: &str) -> WorkflowError {
    WorkflowError::not_found("la consulta", "consultation", draft)
}

pub fn unknown_comment(id: &str) -> WorkflowError {
    WorkflowError::not_found("el comentario", "comment", id)
}
