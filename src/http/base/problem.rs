//! RFC 9457 problem details: the only error body this service ever sends.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use hyper::{
    StatusCode,
    header::{self, HeaderMap, HeaderName, HeaderValue},
};
use serde::Serialize;
use utoipa::{
    IntoResponses, ToSchema,
    openapi::{ContentBuilder, Ref, RefOr, Response as Documented, ResponseBuilder},
};

use super::problem_kind::{self as kind, ProblemKind};
use crate::{
    http::{Language, Text},
    spool::Shortage,
    workflow::common::error::FileCell,
};

pub const MEDIA_TYPE: &str = "application/problem+json";

/// An error on its way to the client. It holds what the client may know and nothing else.
#[derive(Debug)]
pub struct Problem(Box<Contents>);

#[derive(Debug)]
struct Contents {
    kind: &'static ProblemKind,
    detail: Option<Text>,
    faults: Vec<Fault>,
    retry_after_s: Option<u32>,
    /// Further headers of the answer.
    headers: HeaderMap,
    close: bool,
}

/// One thing that is wrong, and where.
#[derive(Clone, Debug)]
pub struct Fault {
    place: FaultLocation,
    code: Cow<'static, str>,
    detail: Text,
    cell: Option<FileCell>,
}

#[derive(Clone, Debug)]
enum FaultLocation {
    Parameter(String),
    Pointer(String),
}

impl Fault {
    pub fn parameter(name: impl Into<String>, code: impl Into<Cow<'static, str>>, detail: impl Into<Text>) -> Fault {
        Fault { place: FaultLocation::Parameter(name.into()), code: code.into(), detail: detail.into(), cell: None }
    }

    /// `pointer` is a JSON Pointer into the body: `/checks/17/price/amount`.
    pub fn pointer(pointer: impl Into<String>, code: impl Into<Cow<'static, str>>, detail: impl Into<Text>) -> Fault {
        Fault { place: FaultLocation::Pointer(pointer.into()), code: code.into(), detail: detail.into(), cell: None }
    }

    /// With its place in the file that was sent.
    pub fn in_cell(self, cell: Option<FileCell>) -> Fault {
        Fault { cell, ..self }
    }
}

impl Problem {
    pub fn new(kind: &'static ProblemKind) -> Problem {
        Problem(Box::new(Contents {
            kind,
            detail: None,
            faults: Vec::new(),
            retry_after_s: None,
            headers: HeaderMap::new(),
            close: false,
        }))
    }

    pub(crate) fn with_detail(mut self, detail: impl Into<Text>) -> Problem {
        self.0.detail = Some(detail.into());
        self
    }

    pub(crate) fn with_faults(mut self, faults: Vec<Fault>) -> Problem {
        self.0.faults = faults;
        self
    }

    pub(crate) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Problem {
        self.0.headers.insert(name, value);
        self
    }

    pub(crate) fn with_retry_after_s(mut self, seconds: u32) -> Problem {
        self.0.retry_after_s = Some(seconds);
        self
    }

    /// For requests after which the rest of the connection cannot be trusted or is not worth reading.
    pub(crate) fn closing(mut self) -> Problem {
        self.0.close = true;
        self
    }

    pub(crate) fn route_not_found() -> Problem {
        Problem::new(&kind::ROUTE_NOT_FOUND)
    }

    /// `noun` says what was looked for (`("el medicamento", "medicine")`), `id` which one.
    pub fn not_found(noun: impl Into<Text>, id: impl fmt::Display) -> Problem {
        let noun = noun.into();
        let es = format!("no existe {} «{id}»", noun.within(Language::Spanish));
        let en = format!("there is no {} \"{id}\"", noun.within(Language::English));
        Problem::new(&kind::NOT_FOUND).with_detail((es, en))
    }

    /// `noun` says what was there, `id` which one.
    pub fn gone(noun: impl Into<Text>, id: impl fmt::Display) -> Problem {
        let noun = noun.into();
        let es = format!("{} «{id}» ya no se guarda", noun.within(Language::Spanish));
        let en = format!("{} \"{id}\" is no longer kept", noun.within(Language::English));
        Problem::new(&kind::GONE).with_detail((es, en))
    }

    pub(crate) fn range_not_satisfiable(bytes: u64) -> Problem {
        let problem = Problem::new(&kind::RANGE_NOT_SATISFIABLE);
        match HeaderValue::try_from(format!("bytes */{bytes}")) {
            Ok(range) => problem.with_header(header::CONTENT_RANGE, range),
            Err(_) => problem,
        }
    }

    pub(crate) fn precondition_failed() -> Problem {
        let detail = (
            "lo que hay ahora no es lo que nombra If-Match: pídalo de nuevo sin él",
            "what there is now is not what If-Match names: ask again without it",
        );
        Problem::new(&kind::PRECONDITION_FAILED).with_detail(detail)
    }

    pub(crate) fn method_not_allowed(allow: impl Into<String>) -> Problem {
        let problem = Problem::new(&kind::METHOD_NOT_ALLOWED);
        match HeaderValue::try_from(allow.into()) {
            Ok(allow) => problem.with_header(header::ALLOW, allow),
            Err(_) => problem,
        }
    }

    pub(crate) fn not_acceptable(available: &str) -> Problem {
        let (es, en) = (format!("hay: {available}"), format!("available: {available}"));
        Problem::new(&kind::NOT_ACCEPTABLE).with_detail((es, en))
    }

    pub fn bad_parameter(name: impl Into<String>, code: impl Into<Cow<'static, str>>, detail: impl Into<Text>) -> Problem {
        Problem::bad_parameters(vec![Fault::parameter(name, code, detail)])
    }

    pub(crate) fn bad_parameters(faults: Vec<Fault>) -> Problem {
        Problem::new(&kind::BAD_PARAMETER).with_faults(faults)
    }

    pub(crate) fn bad_body_pointer(
        pointer: impl Into<String>,
        code: impl Into<Cow<'static, str>>,
        detail: impl Into<Text>,
    ) -> Problem {
        Problem::bad_body(vec![Fault::pointer(pointer, code, detail)])
    }

    pub(crate) fn bad_body(faults: Vec<Fault>) -> Problem {
        Problem::new(&kind::BAD_BODY).with_faults(faults)
    }

    pub(crate) fn body_too_large(bytes_max: usize) -> Problem {
        let (es, en) = (format!("el máximo es {bytes_max} bytes"), format!("the most allowed is {bytes_max} bytes"));
        Problem::new(&kind::BODY_TOO_LARGE).with_detail((es, en)).closing()
    }

    pub(crate) fn body_too_slow() -> Problem {
        Problem::new(&kind::BODY_TOO_SLOW).closing()
    }

    pub(crate) fn unsupported_media_type(detail: impl Into<Text>) -> Problem {
        Problem::new(&kind::UNSUPPORTED_MEDIA_TYPE).with_detail(detail)
    }

    pub(crate) fn bad_request(detail: impl Into<Text>) -> Problem {
        Problem::new(&kind::BAD_REQUEST).with_detail(detail).closing()
    }

    pub(crate) fn timed_out() -> Problem {
        Problem::new(&kind::TIMED_OUT).with_retry_after_s(5)
    }

    pub(crate) fn overloaded() -> Problem {
        Problem::new(&kind::OVERLOADED).with_retry_after_s(1)
    }

    pub(crate) fn is_overloaded(&self) -> bool {
        self.code() == kind::OVERLOADED.code
    }

    pub fn database_unavailable() -> Problem {
        Problem::new(&kind::DATABASE_UNAVAILABLE).with_retry_after_s(5)
    }

    /// Reads go on; a write is worth trying again once somebody made room.
    pub(crate) fn storage_full() -> Problem {
        Problem::new(&kind::STORAGE_FULL).with_retry_after_s(60)
    }

    /// What a request needed of the machine was not to be had; the operator reads why.
    pub(crate) fn shortage(shortage: Shortage, error: &dyn std::fmt::Debug) -> Problem {
        match shortage {
            Shortage::Space => {
                tracing::error!(?error, "spool: no space left for what a request needs");
                Self::storage_full()
            }
            Shortage::Descriptors => {
                tracing::error!(?error, "spool: too many files are open");
                Self::overloaded()
            }
        }
    }

    /// Log the cause before making one: the client gets the request id and nothing more.
    pub(crate) fn internal() -> Problem {
        Problem::new(&kind::INTERNAL)
    }

    pub fn status(&self) -> StatusCode {
        self.0.kind.status
    }

    pub fn code(&self) -> &'static str {
        self.0.kind.code
    }

    /// The headers that it adds to its answer.
    pub fn headers(&self, language: Language) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.code()));
        if self.status() == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"termometro\""));
        }
        headers.extend(self.0.headers.clone());
        if let Some(seconds) = self.0.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.0.close {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        headers
    }

    /// The JSON of its answer, for one client: its language, its request id.
    pub fn to_json(&self, language: Language, request_id: &str) -> Vec<u8> {
        serde_json::to_vec(&self.body(language, request_id)).unwrap_or_default()
    }

    fn body(&self, language: Language, request_id: &str) -> ProblemBody {
        let kind = self.0.kind;
        ProblemBody {
            r#type: kind.uri(),
            title: kind.title(language),
            status: kind.status.as_u16(),
            detail: self.0.detail.as_ref().map(|detail| detail.within(language).to_owned()),
            code: kind.code,
            errors: self.0.faults.iter().map(|fault| fault.body(language)).collect(),
            request_id: request_id.to_owned(),
        }
    }
}

impl Fault {
    fn body(&self, language: Language) -> FaultBody {
        let (parameter, pointer) = match &self.place {
            FaultLocation::Parameter(name) => (Some(name.clone()), None),
            FaultLocation::Pointer(pointer) => (None, Some(pointer.clone())),
        };
        let cell = self.cell.as_ref();
        FaultBody {
            parameter,
            pointer,
            sheet: cell.and_then(|cell| cell.sheet.clone()),
            line: cell.map(|cell| cell.line),
            column: cell.and_then(|cell| cell.column.clone()),
            value: cell.map(|cell| cell.value.clone()),
            code: self.code.to_string(),
            detail: self.detail.within(language).to_owned(),
        }
    }
}

/// Un problema (RFC 9457): the body of every answer that is not a success.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
struct ProblemBody {
    /// Stable, relative URI of the kind of problem.
    #[schema(example = "/problems/bad_parameter")]
    r#type: String,
    /// In the language asked for.
    title: &'static str,
    #[schema(example = 400)]
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// Stable and never translated.
    #[schema(example = "bad_parameter")]
    code: &'static str,
    /// One entry per fault found; empty when the problem is not in the request's data.
    errors: Vec<FaultBody>,
    /// Name this when reporting a fault; it is also in the `X-Request-Id` header.
    request_id: String,
}

/// Una falla: one thing that is wrong, and where.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProblemFault)]
struct FaultBody {
    /// Name of the path or query parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<String>,
    /// JSON Pointer into the request body.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "/checks/17/price/amount")]
    pointer: Option<String>,
    /// Of a workbook that was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    sheet: Option<String>,
    /// Line of the file that was sent, or row of its sheet, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 4)]
    line: Option<u64>,
    /// As the file's own header names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    /// As it stands there.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    code: String,
    detail: String,
}

type Schema = RefOr<utoipa::openapi::schema::Schema>;

impl utoipa::PartialSchema for Problem {
    fn schema() -> Schema {
        ProblemBody::schema()
    }
}

/// So that operations can write `body = Problem`.
impl ToSchema for Problem {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Problem")
    }

    fn schemas(schemas: &mut Vec<(String, Schema)>) {
        ProblemBody::schemas(schemas);
    }
}

/// The error answers of every operation, for its `responses`.
pub struct Problems;

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<Documented>> {
        let refused = "The request cannot be answered as it is: malformed, unknown, or not possible now";
        let failed = "Try again; a request that writes, with the same Idempotency-Key";
        [("4XX", refused), ("5XX", failed)].map(|(status, words)| (status.to_owned(), documented(words))).into()
    }
}

/// A problem as an answer in the document.
pub fn documented(description: &str) -> RefOr<Documented> {
    let content = ContentBuilder::new().schema(Some(RefOr::Ref(Ref::from_schema_name("Problem")))).build();
    RefOr::T(ResponseBuilder::new().description(description).content(MEDIA_TYPE, content).build())
}
