//! One operation: its route, its formats and its handler, all read from its own annotation.

use std::{future::Future, pin::Pin, sync::Arc};

use hyper::{Method, header::HeaderMap};
use utoipa::openapi::{
    HttpMethod, RefOr,
    path::{Operation, ParameterIn},
};

use super::{
    deprecation::{Deprecated, Notice},
    formats::{answers_csv, formats},
    path_headers::{self, PathHeaders},
};
use crate::http::{
    Answer, Language, Problem, Request,
    base::problem::Fault,
    request::{
        negotiate::{self, DIALECT_PARAMETER, Format, UNIVERSAL_PARAMETERS},
        query::QueryPairs,
    },
};

pub type Pending = Pin<Box<dyn Future<Output = Result<Answer, Problem>> + Send>>;
pub type Handler<S> = Arc<dyn Fn(S, Request) -> Pending + Send + Sync>;

pub struct Endpoint<S> {
    pub template: String,
    pub method: Method,
    /// Its name in the document; `None` outside it.
    pub operation: Option<String>,
    /// Has no deadline of its own: an upload or a write that judges many reports again.
    pub without_deadline: bool,
    /// The query parameters it knows; `None` for endpoints outside the document, which let anything through.
    pub parameters: Option<Vec<String>>,
    pub formats: Vec<Format>,
    /// The notice of a deprecated operation.
    pub notice: Option<Notice>,
    /// The headers of every answer of its path.
    pub headers: PathHeaders,
    pub handler: Handler<S>,
}

impl<S> Endpoint<S> {
    /// `P` is the type that `#[utoipa::path]` generates beside `handler`: the path, the parameters and the formats are written once.
    ///
    /// # Panics
    /// When the annotation names more than one method: a fault in the source, seen by the first test that builds a router.
    pub fn new<P, F, Fut, R>(handler: F) -> Endpoint<S>
    where
        P: utoipa::Path,
        F: Fn(S, Request) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R, Problem>> + Send + 'static,
        R: Into<Answer>,
    {
        let Ok([method]) = <[HttpMethod; 1]>::try_from(P::methods()) else {
            panic!("{}: one method per endpoint", P::path());
        };
        let operation = P::operation();
        let mut endpoint = Endpoint::plain(http_method(&method), &P::path(), handler);
        endpoint.parameters = Some(query_parameters(&operation));
        endpoint.formats = formats(&operation);
        endpoint.headers = path_headers::of_operation(operation.operation_id.as_deref());
        endpoint.operation = operation.operation_id;
        endpoint
    }

    /// An endpoint outside the document: health, metrics, the document itself.
    pub fn plain<F, Fut, R>(method: Method, template: &str, handler: F) -> Endpoint<S>
    where
        F: Fn(S, Request) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R, Problem>> + Send + 'static,
        R: Into<Answer>,
    {
        let handler: Handler<S> = Arc::new(move |state, request| {
            let answer = handler(state, request);
            Box::pin(async move { answer.await.map(Into::into) })
        });
        let (template, formats) = (template.to_owned(), Vec::new());
        let headers = path_headers::FILE;
        Endpoint {
            template,
            method,
            operation: None,
            without_deadline: false,
            parameters: None,
            formats,
            notice: None,
            headers,
            handler,
        }
    }

    pub(crate) fn with_headers(self, headers: PathHeaders) -> Endpoint<S> {
        Endpoint { headers, ..self }
    }

    /// The query of a request, and the language and format of its answer.
    pub fn read(&self, raw_query: &str, headers: &HeaderMap) -> Result<(QueryPairs, Language, Format), Problem> {
        let query = QueryPairs::parse(raw_query, self.parameters.as_deref())?;
        let language = language(&query, headers)?;
        let format = negotiate::format(&query, headers, &self.formats, self.parameters.is_some())?;
        Ok((query, language, format))
    }
}

fn language(query: &QueryPairs, headers: &HeaderMap) -> Result<Language, Problem> {
    let Some(code) = query.get("lang") else { return Ok(Language::from_headers(headers)) };
    Language::parse(code).ok_or_else(|| {
        let detail = ("debe ser es o en", "must be es or en");
        Problem::bad_parameters(vec![Fault::parameter("lang", "invalid_value", detail)])
    })
}

/// Gives the endpoints that stand in the table their notice.
///
/// # Panics
/// When a line names no operation, or cannot be said in headers: faults in the source, seen by the first test that builds a router.
pub fn announced<S>(endpoints: Vec<Endpoint<S>>, table: &[Deprecated]) -> Vec<Endpoint<S>> {
    let is_of = |row: &Deprecated, endpoint: &Endpoint<S>| endpoint.operation.as_deref() == Some(row.operation);
    for row in table {
        assert!(endpoints.iter().any(|endpoint| is_of(row, endpoint)), "no operation is named {}", row.operation);
    }
    let notice = |endpoint: &Endpoint<S>| table.iter().find(|row| is_of(row, endpoint)).map(Notice::new);
    endpoints.into_iter().map(|endpoint| Endpoint { notice: notice(&endpoint), ..endpoint }).collect()
}

fn query_parameters(operation: &Operation) -> Vec<String> {
    let documented = operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query => Some(parameter.name.clone()),
        _ => None,
    });
    let of_lists = answers_csv(operation).then(|| DIALECT_PARAMETER.to_owned());
    let mut names: Vec<String> = documented.chain(UNIVERSAL_PARAMETERS.map(str::to_owned)).chain(of_lists).collect();
    names.sort();
    names.dedup();
    names
}

fn http_method(method: &HttpMethod) -> Method {
    match method {
        HttpMethod::Get => Method::GET,
        HttpMethod::Post => Method::POST,
        HttpMethod::Put => Method::PUT,
        HttpMethod::Patch => Method::PATCH,
        HttpMethod::Delete => Method::DELETE,
        _ => panic!("HEAD and OPTIONS are answered by the router"),
    }
}
