//! The envelope of the API's answers: `data`, `meta`, and the validator that makes an unchanged answer cost a 304.

use jiff::{Timestamp, civil::Date};
use serde::Serialize;

use super::{
    Answer, App, Language, Problem, Request,
    conditional::Validator,
    negotiate::Format,
    page::Page,
    wire::{
        flat_csv,
        meta::{Many, Meta, One, disclaimer},
    },
};
use crate::{read_model::version::DataVersion, store::error::StoreError};

pub struct Envelope {
    pub language: Language,
    version: DataVersion,
    sources: Vec<&'static str>,
    as_of: Option<Date>,
    known_at: Option<Timestamp>,
    format: Format,
    /// `None` for answers to POST.
    validator: Option<Validator>,
}

impl Envelope {
    /// Fixes the data version before anything is read, so that an ETag never names newer data than the body holds.
    pub async fn begin(app: &App, request: &Request, sources: &[&'static str]) -> Result<Self, Problem> {
        Ok(Self::of(app, request, sources, app.read_model.data_version().await?))
    }

    /// For what was read together with its version.
    pub fn of(app: &App, request: &Request, sources: &[&'static str], version: DataVersion) -> Self {
        // Answers without a date depend on today, verdicts on how long a list may speak, and all on the program that wrote them.
        let made_from = [version.version.to_string(), app.today().to_string(), app.read_model.max_age_days.to_string()];
        // What only some may read is nobody's to keep.
        let cacheable =
            request.actor.is_none() && (request.method == hyper::Method::GET || request.method == hyper::Method::HEAD);
        let validator =
            cacheable.then(|| request.validator(&[&made_from[0], &made_from[1], &made_from[2], env!("CARGO_PKG_VERSION")]));
        let (language, format, sources) = (request.language, request.format, sources.to_vec());
        Self { language, version, sources, as_of: None, known_at: None, format, validator }
    }

    pub fn as_of(self, day: Date) -> Self {
        Self { as_of: Some(day), ..self }
    }

    pub fn known_at(self, known_at: Option<Timestamp>) -> Self {
        Self { known_at, ..self }
    }

    /// For answers that depend on more than the data.
    pub fn uncached(self) -> Self {
        Self { validator: None, ..self }
    }

    /// The whole answer when the client already has it.
    pub fn not_modified(&self) -> Option<Answer> {
        self.validator.as_ref()?.not_modified()
    }

    pub fn one<T: Serialize>(&self, data: T) -> Result<Answer, Problem> {
        self.finish(Answer::json(&One { data, meta: self.meta(None) })?)
    }

    pub fn many<T: Serialize>(&self, data: &[T]) -> Result<Answer, Problem> {
        self.list(data, None)
    }

    /// One page; `next` is the key after which the next one starts.
    pub fn page<T: Serialize, K: Serialize>(&self, page: &Page, data: &[T], next: Option<K>) -> Result<Answer, Problem> {
        let cursor = next.map(|key| page.cursor_after(&key)).transpose()?;
        Ok(page.link(self.list(data, cursor.clone())?, cursor.as_deref()))
    }

    /// A list with something of its own beside `data`; as CSV only the rows.
    pub fn list_with<T: Serialize, B: Serialize>(&self, rows: &[T], body: impl FnOnce(Meta) -> B) -> Result<Answer, Problem> {
        match self.format {
            Format::Csv => self.finish(flat_csv::write(rows)?),
            Format::Json => self.finish(Answer::json(&body(self.meta(None)))?),
        }
    }

    fn list<T: Serialize>(&self, data: &[T], next_cursor: Option<String>) -> Result<Answer, Problem> {
        match self.format {
            Format::Csv => self.finish(flat_csv::write(data)?),
            Format::Json => self.finish(Answer::json(&Many { data: data.iter().collect(), meta: self.meta(next_cursor) })?),
        }
    }

    fn finish(&self, answer: Answer) -> Result<Answer, Problem> {
        Ok(match &self.validator {
            Some(validator) => validator.apply(answer),
            None => answer,
        })
    }

    fn meta(&self, next_cursor: Option<String>) -> Meta {
        Meta {
            data_version: self.version.version.to_string(),
            as_of: self.as_of,
            known_at: self.known_at,
            sources: self.sources.clone(),
            freshness: self.version.changed_at,
            disclaimer: disclaimer(self.language),
            next_cursor,
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) | StoreError::CannotWrite(_) => {
                tracing::warn!(error = ?error, "database not available");
                Self::database_unavailable()
            }
            StoreError::Timeout => Self::timed_out(),
            StoreError::Behind => Self::database_unavailable(),
            StoreError::Corrupt { .. } | StoreError::Bug(_) => {
                tracing::error!(error = ?error, "answered 500");
                Self::internal()
            }
        }
    }
}
