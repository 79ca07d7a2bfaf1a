//! Consultations of drafts: how they stand, their versions and their lines.

use jiff::civil::Date;
use tokio_postgres::Row;

use super::line::line_key;
use crate::{
    domain::participation::consultation::{ConsultationState, LineFate, LineId, change_percent, fate, state},
    read_model::{ReadModel, statements},
    store::postgres::error::StoreError,
};

#[derive(Clone, Debug)]
pub struct ConsultationView {
    pub draft: String,
    pub act_id: String,
    pub title: String,
    pub subject_es: String,
    pub subject_en: String,
    pub valid_from: Date,
    pub draft_state: String,
    pub opened_on: Date,
    /// The last day on which comments are taken.
    pub closes_on: Date,
    pub length_reason: String,
    /// The newest one.
    pub version: i32,
    /// Public ones.
    pub comments: i64,
    /// Of them, so many with words of their own.
    pub arguments: i64,
    pub without_reply: i64,
    pub withheld: i64,
    pub withdrawn: i64,
    pub replies: i64,
}

#[derive(Clone, Debug)]
pub struct VersionView {
    pub version: i32,
    pub digest: String,
    pub made_on: Date,
    pub lines: i64,
    /// Lines that read otherwise than in the version before.
    pub changed: i64,
}

#[derive(Clone, Debug)]
pub struct ExtensionView {
    pub day: Date,
    pub closes_on: Date,
    pub reason: String,
}

/// One consultation with all that happened to it.
#[derive(Clone, Debug)]
pub struct ConsultationFile {
    pub consultation: ConsultationView,
    pub versions: Vec<VersionView>,
    pub extensions: Vec<ExtensionView>,
    /// Why comments stay back, and how many.
    pub withheld: Vec<(String, i64)>,
}

#[derive(Clone, Debug)]
pub struct ConsultedLine {
    /// In the newest version that has it.
    pub id: LineId,
    pub market: Option<String>,
    pub description: String,
    /// In force on the day of that version, as the newest list said.
    pub current_value: Option<String>,
    pub proposed_value: Option<String>,
    pub change_percent: Option<String>,
    /// Since the first version.
    pub fate: LineFate,
    pub comments: i64,
}

/// Which lines.
#[derive(Clone, Debug, Default)]
pub struct LineFilter {
    pub changed: Option<bool>,
    pub cum: Option<String>,
    pub market: Option<String>,
    pub words: Option<String>,
}

impl ConsultationView {
    pub fn state(&self, today: Date) -> ConsultationState {
        state(today, self.closes_on, self.draft_state == "withdrawn", self.without_reply)
    }
}

impl ReadModel {
    /// In order of draft; there are as many as acts that were consulted on.
    pub async fn list_consultations(&self) -> Result<Vec<ConsultationView>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        let all: Option<&str> = None;
        connection.query(statements::consultation_all, &[&all]).await?.iter().map(consultation).collect()
    }

    pub async fn find_consultation(&self, draft: &str) -> Result<Option<ConsultationView>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        connection.query_opt(statements::consultation_all, &[&draft]).await?.as_ref().map(consultation).transpose()
    }

    pub async fn show_consultation(&self, draft: &str) -> Result<Option<ConsultationFile>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        let Some(row) = connection.query_opt(statements::consultation_all, &[&draft]).await? else { return Ok(None) };
        let consultation = consultation(&row)?;
        let rows = connection.query(statements::consultation_versions, &[&draft]).await?;
        let versions = rows.iter().map(version).collect::<Result<_, _>>()?;
        let rows = connection.query(statements::consultation_extensions, &[&draft]).await?;
        let extensions = rows.iter().map(extension).collect::<Result<_, _>>()?;
        let rows = connection.query(statements::consultation_withheld, &[&draft]).await?;
        let withheld =
            rows.iter().map(|row| Ok((row.try_get("reason")?, row.try_get("comments")?))).collect::<Result<_, StoreError>>()?;
        Ok(Some(ConsultationFile { consultation, versions, extensions, withheld }))
    }

    /// In order of part, key and field; `after` is the last one of the page before.
    pub async fn consultation_lines(
        &self,
        draft: &str,
        filter: &LineFilter,
        after: Option<(String, String, String)>,
        limit: i64,
    ) -> Result<Vec<ConsultedLine>, StoreError> {
        let (part, key, field) = match after {
            Some((part, key, field)) => (Some(part), Some(key), Some(field)),
            None => (None, None, None),
        };
        let LineFilter { changed, cum, market, words } = filter;
        let mut connection = self.database.read_connection().await?;
        let rows = connection
            .query(statements::consultation_lines, &[&draft, changed, cum, market, words, &part, &key, &field, &limit])
            .await?;
        rows.iter().map(|row| line(draft, row)).collect()
    }
}

fn consultation(row: &Row) -> Result<ConsultationView, StoreError> {
    Ok(ConsultationView {
        draft: row.try_get("draft_id")?,
        act_id: row.try_get("act_id")?,
        title: row.try_get("title")?,
        subject_es: row.try_get("subject_es")?,
        subject_en: row.try_get("subject_en")?,
        valid_from: row.try_get("valid_from")?,
        draft_state: row.try_get("draft_state")?,
        opened_on: row.try_get("opened_on")?,
        closes_on: row.try_get("closes_on")?,
        length_reason: row.try_get("length_reason")?,
        version: row.try_get("version")?,
        comments: row.try_get("comments")?,
        arguments: row.try_get("arguments")?,
        without_reply: row.try_get("without_reply")?,
        withheld: row.try_get("withheld")?,
        withdrawn: row.try_get("withdrawn")?,
        replies: row.try_get("replies")?,
    })
}

fn version(row: &Row) -> Result<VersionView, StoreError> {
    Ok(VersionView {
        version: row.try_get("version")?,
        digest: row.try_get("digest")?,
        made_on: row.try_get("made_on")?,
        lines: row.try_get("lines")?,
        changed: row.try_get("changed")?,
    })
}

fn extension(row: &Row) -> Result<ExtensionView, StoreError> {
    Ok(ExtensionView { day: row.try_get("day")?, closes_on: row.try_get("closes_on")?, reason: row.try_get("reason")? })
}

fn line(draft: &str, row: &Row) -> Result<ConsultedLine, StoreError> {
    let (current, value): (Option<String>, Option<String>) = (row.try_get("current_value")?, row.try_get("value")?);
    let (stood, stands): (bool, bool) = (row.try_get("stood")?, row.try_get("stands")?);
    let first: Option<String> = row.try_get("first_value")?;
    let fate = fate(stood.then_some(first.as_deref()), stands.then_some(value.as_deref()));
    Ok(ConsultedLine {
        id: LineId { draft: draft.to_owned(), version: row.try_get("last")?, line: line_key(row)? },
        market: row.try_get("market")?,
        description: row.try_get("description")?,
        change_percent: change_percent(current.as_deref(), value.as_deref()),
        current_value: current,
        proposed_value: value,
        fate,
        comments: row.try_get("comments")?,
    })
}
