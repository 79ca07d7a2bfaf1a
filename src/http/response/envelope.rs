//! The envelope of the API's answers: `data`, `meta`, and the ETag for cheap 304s.

use std::borrow::Borrow;

use bytes::Bytes;
use hyper::header::{HeaderMap, IF_NONE_MATCH, LINK};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;

use super::{flat_csv, in_turn::InTurn, people_file};
use crate::{
    http::{
        Answer, App, Language, Problem, Request,
        base::known_links::KnownLinks,
        request::{
            conditional::Validator,
            negotiate::{FORM_PARAMETERS, Format},
            pagination::Page,
        },
        wire::service::meta::{Meta, One},
    },
    read_model::{data_version::DataVersion, search::hit::SearchHits},
    store::postgres::error::StoreError,
    text::hex::sha256,
};

pub struct Envelope {
    pub language: Language,
    version: DataVersion,
    sources: Vec<&'static str>,
    as_of: Option<Date>,
    known_at: Option<Timestamp>,
    /// Of the whole list, where a handler knows it.
    total: Option<u64>,
    format: Format,
    /// Whose last word names the file.
    path: String,
    validity: CachePolicy,
    links: KnownLinks,
    search: Option<SearchHits>,
}

/// `Many`, as it is written.
#[derive(Serialize)]
struct ManyInTurn<D> {
    data: D,
    meta: Meta,
}

/// The inputs of the answer's `ETag`.
enum CachePolicy {
    /// Not to be kept: answers to POST, and what only some may read.
    NoStore,
    /// The version of the data: known before anything is read.
    ByVersion(Validator),
    /// The answer's own bytes, beside the question (path, canonical query, format, language) and what the client has.
    ByContent([String; 4], HeaderMap),
}

impl Envelope {
    /// Fixes the data version before anything is read, so that an ETag never names newer data than the body holds.
    pub async fn begin(app: &App, request: &Request, sources: &[&'static str]) -> Result<Self, Problem> {
        Ok(Self::of(app, request, sources, app.read_model.data_version().await?))
    }

    /// For what does not depend on reports: its version and its ETag stay the same as long as they alone change.
    pub async fn begin_of_lists(app: &App, request: &Request, sources: &[&'static str]) -> Result<Self, Problem> {
        Ok(Self::of(app, request, sources, app.read_model.data_version().await?.of_lists()))
    }

    /// For what was read together with its version.
    pub fn of(app: &App, request: &Request, sources: &[&'static str], version: DataVersion) -> Self {
        let made_from = made_from(&version, app.today(), app.read_model.max_age_days);
        // Responses to authenticated requests are not cacheable.
        let cacheable =
            request.actor.is_none() && (request.method == hyper::Method::GET || request.method == hyper::Method::HEAD);
        let validator = || request.validator(&made_from.each_ref().map(String::as_str));
        let validity = if cacheable { CachePolicy::ByVersion(validator()) } else { CachePolicy::NoStore };
        let (language, format, sources) = (request.language, request.format, sources.to_vec());
        Self {
            language,
            version,
            sources,
            as_of: None,
            known_at: None,
            total: None,
            format,
            path: request.path.clone(),
            validity,
            links: app.links.clone(),
            search: None,
        }
    }

    pub fn version(&self) -> &DataVersion {
        &self.version
    }

    pub fn with_as_of(self, day: Date) -> Self {
        Self { as_of: Some(day), ..self }
    }

    pub fn known_at(self, known_at: Option<Timestamp>) -> Self {
        Self { known_at, ..self }
    }

    /// With what a search has to say beside what it found.
    pub fn of_search(self, hits: SearchHits) -> Self {
        Self { search: Some(hits), ..self }
    }

    /// How many elements the whole list has, of which a page is answered.
    pub fn total(self, total: usize) -> Self {
        Self { total: Some(total as u64), ..self }
    }

    /// For answers that depend on more than the data: only the answer itself tells whether it is still the same.
    pub fn by_content(self, request: &Request) -> Self {
        let CachePolicy::ByVersion(_) = self.validity else { return self };
        let query = request.query_pairs.canonical(&FORM_PARAMETERS);
        let question = [request.path.clone(), query, request.format.name().to_owned(), request.language.code().to_owned()];
        let sent = request.headers.get_all(IF_NONE_MATCH).iter().map(|value| (IF_NONE_MATCH, value.clone()));
        Self { validity: CachePolicy::ByContent(question, sent.collect()), ..self }
    }

    /// The whole answer when the client already has it. For a list with pages ask `page_not_modified`.
    pub fn not_modified(&self) -> Option<Answer> {
        if let CachePolicy::ByVersion(validator) = &self.validity { validator.not_modified() } else { None }
    }

    /// The same for a page of a list, with the `Link` of its 200; where that is not known, the list is read to learn it.
    pub fn page_not_modified(&self) -> Option<Answer> {
        let CachePolicy::ByVersion(validator) = &self.validity else { return None };
        let answer = validator.not_modified()?;
        Some(match self.links.of(validator.bare_tag())? {
            Some(link) => answer.with_header(LINK, link),
            None => answer,
        })
    }

    pub fn one<T: Serialize>(&self, data: T) -> Result<Answer, Problem> {
        self.json(&One { data, meta: self.meta(None) })
    }

    pub fn many<T: Serialize + ToSchema + 'static>(&self, data: &[T]) -> Result<Answer, Problem> {
        self.list::<T, _>(data.iter().map(Ok), None, Some(data.len() as u64))
    }

    /// One page; `next` is the key after which the next one starts.
    pub fn page<T: Serialize + ToSchema + 'static, K: Serialize>(
        &self,
        page: &Page,
        data: &[T],
        next: Option<K>,
    ) -> Result<Answer, Problem> {
        self.page_in_turn::<T, _, _>(page, data.iter().map(Ok), next)
    }

    /// The same of elements that are made as they are written, for pages that would fill much memory.
    pub fn page_in_turn<T, R, K>(
        &self,
        page: &Page,
        data: impl ExactSizeIterator<Item = Result<R, Problem>>,
        next: Option<K>,
    ) -> Result<Answer, Problem>
    where
        T: ToSchema + 'static,
        R: Serialize + Borrow<T>,
        K: Serialize,
    {
        let cursor = next.map(|key| page.cursor_after(&key)).transpose()?;
        if let CachePolicy::ByVersion(validator) = &self.validity {
            let link = cursor.as_deref().and_then(|cursor| page.link_value(cursor));
            self.links.remember(*validator.bare_tag(), link);
        }
        let total = self.total.or_else(|| page.total(data.len(), cursor.is_some()));
        Ok(page.link(self.list::<T, _>(data, cursor.clone(), total)?, cursor.as_deref()))
    }

    /// A list with something of its own beside `data`; as CSV only the rows.
    pub fn list_with<T, B>(&self, rows: &[T], body: impl FnOnce(Meta) -> B) -> Result<Answer, Problem>
    where
        T: Serialize + ToSchema + 'static,
        B: Serialize,
    {
        if self.format == Format::Json { self.json(&body(self.meta(None))) } else { self.rows::<T, _>(rows.iter().map(Ok)) }
    }

    fn list<T: ToSchema + 'static, R: Serialize + Borrow<T>>(
        &self,
        data: impl Iterator<Item = Result<R, Problem>>,
        next_cursor: Option<String>,
        total: Option<u64>,
    ) -> Result<Answer, Problem> {
        if self.format != Format::Json {
            return self.rows::<T, R>(data);
        }
        let meta = self.meta(next_cursor);
        let list = ManyInTurn { data: InTurn::new(data), meta: Meta { total: meta.total.or(total), ..meta } };
        let answer = self.json(&list);
        list.data.failed().map_or(answer, Err)
    }

    fn json<T: Serialize>(&self, body: &T) -> Result<Answer, Problem> {
        let body = serde_json::to_vec(body).map_err(|error| {
            tracing::error!(%error, "internal error: answer could not be serialised");
            Problem::internal()
        })?;
        Ok(self.finish(body.into(), Answer::json_bytes))
    }

    /// Rows alone, as CSV or as a workbook.
    fn rows<T: ToSchema + 'static, R: Serialize + Borrow<T>>(
        &self,
        rows: impl Iterator<Item = Result<R, Problem>>,
    ) -> Result<Answer, Problem> {
        match self.format {
            Format::CsvExcelEs | Format::Xlsx => self.table(flat_csv::table::<T, R>(rows)?),
            _ => {
                let is_sample = self.is_sample();
                Ok(self.csv(is_sample, flat_csv::write::<T, R>(rows, is_sample)?))
            }
        }
    }

    fn is_sample(&self) -> bool {
        !self.version.sample.among(&self.sources).is_empty()
    }

    /// For programs; a file of invented data is named so.
    fn csv(&self, is_sample: bool, body: Bytes) -> Answer {
        self.finish(body, |body| match is_sample {
            true => people_file::named(&self.path, is_sample, "csv").csv(body),
            false => Answer::csv(body),
        })
    }

    pub fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// A table of one's own, in whichever of its formats was asked for.
    pub fn table(&self, mut table: people_file::Table) -> Result<Answer, Problem> {
        let is_sample = self.is_sample();
        let file = |extension: &str| people_file::named(&self.path, is_sample, extension);
        // A downloaded file is separated from its page, so its name says it.
        if is_sample {
            table.mark_as_sample();
        }
        Ok(match self.format {
            Format::CsvExcelEs => self.finish(table.csv_for_excel_es(), |body| file("csv").csv(body)),
            Format::Xlsx => self.finish(table.workbook()?, |body| file("xlsx").workbook(body)),
            _ => self.csv(is_sample, table.csv()),
        })
    }

    fn finish(&self, body: Bytes, answer: impl FnOnce(Bytes) -> Answer) -> Answer {
        match &self.validity {
            CachePolicy::NoStore => answer(body),
            CachePolicy::ByVersion(validator) => validator.apply(answer(body)),
            CachePolicy::ByContent(question, headers) => {
                let question = question.each_ref().map(String::as_str);
                let digest = sha256(&body);
                let validator = Validator::of(question, headers, &[&digest]).revalidated();
                validator.not_modified().unwrap_or_else(|| validator.apply(answer(body)))
            }
        }
    }

    fn meta(&self, next_cursor: Option<String>) -> Meta {
        let (as_of, known_at) = (self.as_of, self.known_at);
        let meta = Meta { as_of, known_at, next_cursor, ..Meta::new(&self.version, self.language, &self.sources) };
        if let Some(hits) = &self.search { meta.of_search(hits) } else { meta }
    }
}

/// What the `ETag` of an answer depends on beside the request: answers without a date on today, verdicts on how long a list may speak, and
/// all on the program that wrote them.
pub fn made_from(version: &DataVersion, today: Date, max_age_days: i32) -> [String; 4] {
    [version.version.to_string(), today.to_string(), max_age_days.to_string(), env!("CARGO_PKG_VERSION").to_owned()]
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) | StoreError::CannotWrite(_) => {
                tracing::warn!(error = ?error, "database: not available");
                Self::database_unavailable()
            }
            StoreError::StorageFull(_) => {
                tracing::error!(%error, "database: disk full");
                Self::storage_full()
            }
            StoreError::Timeout => Self::timed_out(),
            StoreError::Busy => Self::overloaded(),
            StoreError::Behind => Self::database_unavailable(),
            StoreError::Corrupt { .. } | StoreError::Bug(_) => {
                tracing::error!(error = ?error, "internal error: database request failed");
                Self::internal()
            }
        }
    }
}
