//! Endpoints for operators: health, readiness, metrics, the API document and its problem types. They are not in the document.

use std::{future::Future, sync::Arc};

use bytes::Bytes;
use hyper::{Method, header::HeaderValue};
use serde::Serialize;

use super::swagger_ui;
use crate::{
    domain::access::admin_key::AdminKeyWarning,
    http::{
        Answer, Endpoint, Problem, Request,
        base::{
            metrics,
            problem_kind::{self, ProblemKind},
        },
        response::fixed_text::FixedText,
        routing::path_headers,
        view::problem_page,
    },
    read_model::service::readiness::NotReady,
    text::hex::sha256,
};

/// What `/readyz` answers when it is ready: the service serves, whatever an operator should look at.
#[derive(Debug, Serialize)]
pub struct Readiness {
    status: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Warning>,
}

#[derive(Debug, Serialize)]
struct Warning {
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
}

impl From<()> for Readiness {
    fn from((): ()) -> Self {
        Self::from(None)
    }
}

impl From<Option<AdminKeyWarning>> for Readiness {
    fn from(warning: Option<AdminKeyWarning>) -> Self {
        let warning = warning.map(|warning| Warning { code: warning.code(), at: warning.ends_at().map(|at| at.to_string()) });
        Self { status: "ready", warnings: warning.into_iter().collect() }
    }
}

/// `ready` says whether answers about the domain can be given now, `document` is the text of `openapi.json`.
pub fn endpoints<S, F, Fut, R>(ready: F, document: impl Into<Bytes>) -> Vec<Endpoint<S>>
where
    S: Send + 'static,
    F: Fn(S) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<R, Problem>> + Send + 'static,
    R: Into<Readiness> + 'static,
{
    let mut endpoints = vec![
        Endpoint::plain(Method::GET, "/healthz", |_, _| async { Ok(status("alive")) }),
        readiness(ready),
        Endpoint::plain(Method::GET, "/metrics", |_, _| async {
            let text = metrics::recorder().render();
            Ok(Answer::bytes(metrics::MEDIA_TYPE, text))
        }),
        openapi(document.into()),
        Endpoint::plain(Method::GET, "/problems/{code}", |_, request| async move { explain_problem(&request) })
            .with_headers(path_headers::PAGE),
    ];
    endpoints.extend(swagger_ui::endpoints());
    endpoints
}

/// What stands in the way, for whoever looks after the service.
pub fn not_ready(why: NotReady) -> Problem {
    let (kind, retry_after_s) = match why {
        NotReady::Restarting => (&problem_kind::DATABASE_RESTARTING, 2),
        NotReady::Unreachable => (&problem_kind::DATABASE_UNAVAILABLE, 5),
        NotReady::NoData => (&problem_kind::NOT_READY, 5),
        NotReady::SchemaOlder => (&problem_kind::SCHEMA_OUTDATED, 30),
        NotReady::SchemaNewer => (&problem_kind::SCHEMA_NEWER, 300),
        NotReady::Fault => return Problem::internal(),
    };
    Problem::new(kind).with_retry_after_s(retry_after_s)
}

fn status(word: &str) -> Answer {
    Answer::json_bytes(format!("{{\"status\":\"{word}\"}}"))
}

/// The page that the `type` of a problem points to.
fn explain_problem(request: &Request) -> Result<Answer, Problem> {
    let code: String = request.path("code")?;
    let kind = ProblemKind::from_code(&code).ok_or_else(|| Problem::not_found(("el problema", "problem"), &code))?;
    problem_page::explain(kind, request)
}

fn readiness<S, F, Fut, R>(ready: F) -> Endpoint<S>
where
    S: Send + 'static,
    F: Fn(S) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<R, Problem>> + Send + 'static,
    R: Into<Readiness> + 'static,
{
    Endpoint::plain(Method::GET, "/readyz", move |state, _| {
        let ready = ready(state);
        async move { Answer::json(&ready.await?.into()) }
    })
}

fn openapi<S: Send + 'static>(document: Bytes) -> Endpoint<S> {
    let version: Arc<str> = sha256(&document).into();
    let document = Arc::new(FixedText::new(HeaderValue::from_static("application/json"), document));
    Endpoint::plain(Method::GET, "/openapi.json", move |_, request| {
        let (document, version) = (document.clone(), version.clone());
        async move {
            let (validator, headers) = (request.validator(&[&version]), request.headers);
            Ok(validator.not_modified().unwrap_or_else(|| validator.apply(document.answer(&headers))))
        }
    })
}
