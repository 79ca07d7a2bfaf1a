//! Petitions, and what the board and the ladder count.

use jiff::{Timestamp, civil::Date};
use tokio_postgres::Row;

use crate::{
    domain::participation::{indicators::ParticipationItem, petition::PetitionState},
    read_model::{ReadModel, statements},
    store::postgres::error::{StoreError, corrupt},
};

#[derive(Clone, Debug)]
pub struct PetitionView {
    pub id: String,
    pub received_on: Date,
    pub language: String,
    pub subject: String,
    pub target: Option<String>,
    /// `None`: withdrawn.
    pub request: Option<String>,
    pub reasons: Option<String>,
    pub due_on: Date,
    pub due_citation: String,
    pub state: PetitionState,
    pub supports: i64,
    /// The highest threshold that they reach, with what follows in Spanish and English.
    pub threshold: Option<(i32, String, String)>,
    /// Of the newest answer.
    pub answered_on: Option<Date>,
    pub disposition: Option<String>,
    /// Of the answer to a contest: the last day, and the law.
    pub second_due_on: Option<Date>,
    pub second_due_citation: Option<String>,
}

#[derive(Clone, Debug)]
pub struct PetitionAnswerView {
    pub ordinal: i32,
    pub answered_on: Date,
    pub disposition: String,
    pub text_es: String,
    pub text_en: Option<String>,
}

#[derive(Clone, Debug)]
pub struct PetitionEventView {
    pub at: Timestamp,
    pub to_state: String,
    pub reason: Option<String>,
}

/// One petition with all that happened to it.
#[derive(Clone, Debug)]
pub struct PetitionFile {
    pub petition: PetitionView,
    pub answers: Vec<PetitionAnswerView>,
    pub events: Vec<PetitionEventView>,
}

impl ReadModel {
    pub async fn list_petitions(
        &self,
        state: Option<PetitionState>,
        after: Option<String>,
        limit: i64,
    ) -> Result<Vec<PetitionView>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        let state = state.map(PetitionState::code);
        connection.query(statements::petition_list, &[&state, &after, &limit]).await?.iter().map(petition).collect()
    }

    /// Those about a market or product that can be supported, the newest first.
    pub async fn similar_petitions(&self, target: &str, limit: i64) -> Result<Vec<PetitionView>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        connection.query(statements::petitions_similar, &[&target, &limit]).await?.iter().map(petition).collect()
    }

    /// Those that wait for an answer, in the order in which they are attended to.
    pub async fn petition_queue(&self, limit: i64) -> Result<Vec<PetitionView>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        connection.query(statements::petition_queue, &[&limit]).await?.iter().map(petition).collect()
    }

    pub async fn show_petition(&self, id: &str) -> Result<Option<PetitionFile>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        let Some(row) = connection.query_opt(statements::petition_one, &[&id]).await? else { return Ok(None) };
        let petition = petition(&row)?;
        let answers =
            connection.query(statements::petition_answers, &[&id]).await?.iter().map(answer).collect::<Result<_, _>>()?;
        let events = connection.query(statements::petition_events, &[&id]).await?.iter().map(event).collect::<Result<_, _>>()?;
        Ok(Some(PetitionFile { petition, answers, events }))
    }

    /// Everything that has a term to be answered in, of every kind.
    pub async fn participation_items(&self) -> Result<Vec<ParticipationItem>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        connection.query(statements::participation_items, &[]).await?.iter().map(item).collect()
    }
}

fn petition(row: &Row) -> Result<PetitionView, StoreError> {
    let reached: Option<i32> = row.try_get("threshold")?;
    let threshold = match reached {
        Some(supports) => Some((supports, row.try_get("effect_es")?, row.try_get("effect_en")?)),
        None => None,
    };
    Ok(PetitionView {
        id: row.try_get("id")?,
        received_on: row.try_get("received_on")?,
        language: row.try_get("language")?,
        subject: row.try_get("subject")?,
        target: row.try_get("target")?,
        request: row.try_get("request")?,
        reasons: row.try_get("reasons")?,
        due_on: row.try_get("due_on")?,
        due_citation: row.try_get("due_citation")?,
        state: state(row.try_get("state")?)?,
        supports: row.try_get("supports")?,
        threshold,
        answered_on: row.try_get("answered_on")?,
        disposition: row.try_get("disposition")?,
        second_due_on: row.try_get("second_due_on")?,
        second_due_citation: row.try_get("second_due_citation")?,
    })
}

fn answer(row: &Row) -> Result<PetitionAnswerView, StoreError> {
    Ok(PetitionAnswerView {
        ordinal: row.try_get("ordinal")?,
        answered_on: row.try_get("answered_on")?,
        disposition: row.try_get("disposition")?,
        text_es: row.try_get("text_es")?,
        text_en: row.try_get("text_en")?,
    })
}

fn event(row: &Row) -> Result<PetitionEventView, StoreError> {
    Ok(PetitionEventView { at: row.try_get("at")?, to_state: row.try_get("to_state")?, reason: row.try_get("reason")? })
}

fn item(row: &Row) -> Result<ParticipationItem, StoreError> {
    let state: &str = row.try_get("state")?;
    Ok(ParticipationItem {
        kind: row.try_get("kind")?,
        received_on: row.try_get("received_on")?,
        due_on: row.try_get("due_on")?,
        answered_on: row.try_get("answered_on")?,
        disposition: row.try_get("disposition")?,
        contested: row.try_get("contested")?,
        second_due_on: row.try_get("second_due_on")?,
        second_answered_on: row.try_get("second_answered_on")?,
        withdrawn: state == PetitionState::Withdrawn.code(),
        public: PetitionState::from_code(state).is_some_and(PetitionState::is_public),
    })
}

fn state(code: &str) -> Result<PetitionState, StoreError> {
    PetitionState::from_code(code).ok_or_else(|| corrupt("petition", code))
}
