//! The answer to one request: envelope, ETag and 304, JSON or CSV, language.

use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use sha2::{Digest, Sha256};
use warp::{
    Reply as _,
    http::{HeaderValue, StatusCode, header},
};

use super::{
    App, csv,
    language::Language,
    page,
    problem::Problem,
    request::Request,
    wire::meta::{Many, Meta, One, disclaimer},
};
use crate::read_model::version::DataVersion;

pub type Response = warp::reply::Response;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Json,
    Csv,
}

pub struct Reply {
    pub language: Language,
    path: String,
    raw_query: String,
    if_none_match: Option<String>,
    version: DataVersion,
    sources: Vec<&'static str>,
    as_of: Option<Date>,
    known_at: Option<Timestamp>,
    format: Format,
    etag: String,
    cached: bool,
}

const CACHE: &str = "public, max-age=600";

impl Reply {
    /// Fixes the data version before anything is read, so that an ETag never names newer data than the body holds.
    pub async fn begin(app: &App, request: &Request, sources: &[&'static str]) -> Result<Self, Problem> {
        let format = format(request)?;
        let version = app.read_model.data_version().await?;
        let language = request.language;
        // Today is part of the identity: answers without a date depend on it.
        let identity = format!(
            "{} {}?{} {} {:?} {}",
            version.version,
            request.path,
            request.raw_query,
            language.code(),
            format,
            app.today()
        );
        let digest = Sha256::digest(identity.as_bytes());
        let etag = format!("\"{}\"", digest[..12].iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        let sources = sources.to_vec();
        let if_none_match = request.headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (path, raw_query) = (request.path.clone(), request.raw_query.clone());
        Ok(Self {
            language,
            path,
            raw_query,
            if_none_match,
            version,
            sources,
            as_of: None,
            known_at: None,
            format,
            etag,
            cached: true,
        })
    }

    pub fn as_of(self, day: Date) -> Self {
        Self { as_of: Some(day), ..self }
    }

    pub fn known_at(self, known_at: Option<Timestamp>) -> Self {
        Self { known_at, ..self }
    }

    /// For answers to POST.
    pub fn uncached(self) -> Self {
        Self { cached: false, ..self }
    }

    pub fn not_modified(&self) -> Option<Response> {
        let wanted = self.if_none_match.as_deref()?;
        let known = wanted.split(',').map(|tag| tag.trim().trim_start_matches("W/")).any(|tag| tag == "*" || tag == self.etag);
        known.then(|| {
            let mut response = warp::reply::reply().into_response();
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            self.headers(&mut response);
            response
        })
    }

    pub fn one<T: Serialize>(&self, data: T) -> Response {
        if self.format == Format::Csv {
            return self.csv(&[data]);
        }
        self.json(&One { data, meta: self.meta(None) })
    }

    pub fn many<T: Serialize>(&self, data: &[T], next_cursor: Option<String>) -> Response {
        let link = next_cursor
            .as_deref()
            .and_then(|cursor| HeaderValue::from_str(&page::next_link(&self.path, &self.raw_query, cursor)).ok());
        let mut response = match self.format {
            Format::Csv => self.csv(data),
            Format::Json => self.json(&Many { data: data.iter().collect(), meta: self.meta(next_cursor) }),
        };
        if let Some(link) = link {
            response.headers_mut().insert(header::LINK, link);
        }
        response
    }

    /// A list with something of its own beside `data`; as CSV only the rows.
    pub fn list_with<T: Serialize, B: Serialize>(&self, rows: &[T], body: impl FnOnce(Meta) -> B) -> Response {
        match self.format {
            Format::Csv => self.csv(rows),
            Format::Json => self.json(&body(self.meta(None))),
        }
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

    fn json(&self, body: &impl Serialize) -> Response {
        let mut response = warp::reply::json(body).into_response();
        self.headers(&mut response);
        response
    }

    fn csv<T: Serialize>(&self, rows: &[T]) -> Response {
        let Some(text) = csv::write(rows) else {
            return Problem::internal().into_response();
        };
        let kind = HeaderValue::from_static("text/csv; charset=utf-8");
        let mut response = text.into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        self.headers(&mut response);
        response
    }

    fn headers(&self, response: &mut Response) {
        let headers = response.headers_mut();
        if self.cached {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(CACHE));
            if let Ok(etag) = HeaderValue::from_str(&self.etag) {
                headers.insert(header::ETAG, etag);
            }
        } else {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        headers.insert(header::VARY, HeaderValue::from_static("accept, accept-language, accept-encoding"));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(self.language.code()));
    }
}

fn format(request: &Request) -> Result<Format, Problem> {
    match request.raw_query.split('&').find_map(|pair| pair.strip_prefix("format=")) {
        Some("json") => return Ok(Format::Json),
        Some("csv") => return Ok(Format::Csv),
        Some(_) => return Err(Problem::bad_parameter("format", "unknown_format", "json or csv")),
        None => {}
    }
    let Some(accept) = request.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()) else { return Ok(Format::Json) };
    let kinds = accept.split(',').map(|item| item.split(';').next().unwrap_or_default().trim());
    for kind in kinds {
        match kind {
            "text/csv" | "text/*" => return Ok(Format::Csv),
            "application/json" | "application/*" | "*/*" | "" => return Ok(Format::Json),
            _ => {}
        }
    }
    Err(Problem::not_acceptable().detail("application/json or text/csv"))
}
