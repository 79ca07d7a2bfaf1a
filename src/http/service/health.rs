//! Endpoints for operators: health, readiness, metrics, the API document and its problem types. They are not in the document.

use std::{future::Future, sync::Arc};

use bytes::Bytes;
use hyper::Method;

use super::swagger_ui;
use crate::{
    http::{
        Answer, Endpoint, Problem, Request,
        base::{
            metrics,
            problem_kind::{self, ProblemKind},
        },
        routing::path_headers,
        view::problem_page,
    },
    read_model::service::readiness::NotReady,
    text::hex::sha256,
};

/// `ready` says whether answers about the domain can be given now, `document` is the text of `openapi.json`.
pub fn endpoints<S, F, Fut>(ready: F, document: impl Into<Bytes>) -> Vec<Endpoint<S>>
where
    S: Send + 'static,
    F: Fn(S) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), Problem>> + Send + 'static,
{
    let mut endpoints = vec![
        Endpoint::plain(Method::GET, "/healthz", |_, _| async { Ok(status("alive")) }),
        readiness(ready),
        Endpoint::plain(Method::GET, "/metrics", |_, _| async {
            let text = metrics::recorder().render();
            Ok(Answer::bytes("text/plain; version=0.0.4; charset=utf-8", text))
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

fn readiness<S, F, Fut>(ready: F) -> Endpoint<S>
where
    S: Send + 'static,
    F: Fn(S) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), Problem>> + Send + 'static,
{
    Endpoint::plain(Method::GET, "/readyz", move |state, _| {
        let ready = ready(state);
        async move { ready.await.map(|()| status("ready")) }
    })
}

fn openapi<S: Send + 'static>(document: Bytes) -> Endpoint<S> {
    let version: Arc<str> = sha256(&document).into();
    Endpoint::plain(Method::GET, "/openapi.json", move |_, request| {
        let (document, version) = (document.clone(), version.clone());
        async move {
            let validator = request.validator(&[&version]);
            Ok(validator.not_modified().unwrap_or_else(|| validator.apply(Answer::json_bytes(document))))
        }
    })
}
