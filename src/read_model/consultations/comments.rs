//! Comments on lines with their replies, and the table that names them all.

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use tokio_postgres::Row;

use super::line::line_key;
use crate::{
    domain::participation::consultation::{CommentDisposition, CommentKind, CommentState, LineFate, LineId, LineKey, fate},
    read_model::{ReadModel, statements},
    store::postgres::error::{StoreError, corrupt},
};

#[derive(Clone, Debug)]
pub struct CommentView {
    pub id: String,
    pub line: LineId,
    pub received_at: Timestamp,
    pub received_on: Date,
    pub language: String,
    pub kind: String,
    /// `None`: withdrawn.
    pub text: Option<String>,
    pub proposed_value: Option<Decimal>,
    pub on_behalf_of: Option<String>,
    pub interest_declared: bool,
    /// Of the folded words: comments with the same ones are one argument.
    pub group: String,
    /// Public comments with the same words, this one among them.
    pub alike: i64,
    pub due_on: Date,
    pub due_citation: String,
    pub state: CommentState,
    pub withheld_reason: Option<String>,
    /// Of the line, from the version commented on to the newest one.
    pub fate: LineFate,
    pub value_then: Option<String>,
    pub value_now: Option<String>,
    pub reply: Option<ReplyView>,
}

#[derive(Clone, Debug)]
pub struct ReplyView {
    pub id: String,
    pub replied_on: Date,
    pub disposition: String,
    pub text_es: String,
    pub text_en: Option<String>,
    pub same_reason_as: Option<String>,
    pub changed_lines: Vec<String>,
}

/// A row of the table of comments and answers.
#[derive(Clone, Debug)]
pub struct ReportRow {
    pub number: i64,
    pub id: String,
    pub version: i32,
    pub line: LineKey,
    pub received_on: Date,
    pub kind: String,
    pub text: Option<String>,
    pub on_behalf_of: Option<String>,
    pub state: String,
    pub withheld_reason: Option<String>,
    pub replied_on: Option<Date>,
    pub disposition: Option<String>,
    pub text_es: Option<String>,
    pub changed_lines: Vec<String>,
}

/// Which public comments.
#[derive(Clone, Debug, Default)]
pub struct CommentFilter {
    pub line: Option<LineKey>,
    pub kind: Option<CommentKind>,
    pub disposition: Option<CommentDisposition>,
    /// Without a reply.
    pub open: Option<bool>,
}

impl ReadModel {
    /// In the order in which they came; `after` is the last one of the page before.
    pub async fn list_comments(
        &self,
        draft: &str,
        filter: &CommentFilter,
        after: Option<(Timestamp, String)>,
        limit: i64,
    ) -> Result<Vec<CommentView>, StoreError> {
        let (at, id) = after.unzip();
        let (part, key, field) = match &filter.line {
            Some(LineKey { part, key, field }) => (Some(*part), Some(key), Some(field)),
            None => (None, None, None),
        };
        let (kind, disposition) = (filter.kind.map(CommentKind::code), filter.disposition.map(CommentDisposition::code));
        let one: Option<&str> = None;
        let mut connection = self.database.read_connection().await?;
        let rows = connection
            .query(
                statements::comment_list,
                &[&draft, &part, &key, &field, &kind, &disposition, &filter.open, &at, &id, &limit, &one],
            )
            .await?;
        rows.iter().map(comment).collect()
    }

    /// Whatever its state.
    pub async fn show_comment(&self, id: &str) -> Result<Option<CommentView>, StoreError> {
        let (none, open, at): (Option<&str>, Option<bool>, Option<Timestamp>) = (None, None, None);
        let mut connection = self.database.read_connection().await?;
        let row = connection
            .query_opt(statements::comment_list, &[&none, &none, &none, &none, &none, &none, &open, &at, &none, &1_i64, &id])
            .await?;
        row.as_ref().map(comment).transpose()
    }

    /// Numbered from 1; `after` is the last number of the page before.
    pub async fn consultation_report(&self, draft: &str, after: Option<i64>, limit: i64) -> Result<Vec<ReportRow>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        connection.query(statements::consultation_report, &[&draft, &after, &limit]).await?.iter().map(report_row).collect()
    }
}

fn comment(row: &Row) -> Result<CommentView, StoreError> {
    let state: &str = row.try_get("state")?;
    let (then, now): (Option<String>, Option<String>) = (row.try_get("value_then")?, row.try_get("value_now")?);
    let stands: bool = row.try_get("stands")?;
    Ok(CommentView {
        id: row.try_get("id")?,
        line: LineId { draft: row.try_get("draft_id")?, version: row.try_get("version")?, line: line_key(row)? },
        received_at: row.try_get("received_at")?,
        received_on: row.try_get("received_on")?,
        language: row.try_get("language")?,
        kind: row.try_get("kind")?,
        text: row.try_get("text")?,
        proposed_value: row.try_get("proposed_value")?,
        on_behalf_of: row.try_get("on_behalf_of")?,
        interest_declared: row.try_get("interest_declared")?,
        group: row.try_get("folded_digest")?,
        alike: row.try_get("alike")?,
        due_on: row.try_get("due_on")?,
        due_citation: row.try_get("due_citation")?,
        state: CommentState::from_code(state).ok_or_else(|| corrupt("consultation_comment", state))?,
        withheld_reason: row.try_get("withheld_reason")?,
        fate: fate(Some(then.as_deref()), stands.then_some(now.as_deref())),
        value_then: then,
        value_now: now,
        reply: reply(row)?,
    })
}

fn reply(row: &Row) -> Result<Option<ReplyView>, StoreError> {
    let Some(id) = row.try_get("reply")? else { return Ok(None) };
    Ok(Some(ReplyView {
        id,
        replied_on: row.try_get("replied_on")?,
        disposition: row.try_get("disposition")?,
        text_es: row.try_get("text_es")?,
        text_en: row.try_get("text_en")?,
        same_reason_as: row.try_get("same_reason_as")?,
        changed_lines: row.try_get("changed_lines")?,
    }))
}

fn report_row(row: &Row) -> Result<ReportRow, StoreError> {
    Ok(ReportRow {
        number: row.try_get("number")?,
        id: row.try_get("id")?,
        version: row.try_get("version")?,
        line: line_key(row)?,
        received_on: row.try_get("received_on")?,
        kind: row.try_get("kind")?,
        text: row.try_get("text")?,
        on_behalf_of: row.try_get("on_behalf_of")?,
        state: row.try_get("state")?,
        withheld_reason: row.try_get("withheld_reason")?,
        replied_on: row.try_get("replied_on")?,
        disposition: row.try_get("disposition")?,
        text_es: row.try_get("text_es")?,
        changed_lines: row.try_get("changed_lines")?,
    })
}
