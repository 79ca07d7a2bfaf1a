//! Calls an operation of this program and returns what a client would get.

use std::{fmt::Write, future::Future};

use http_body_util::BodyExt;
use hyper::{Method, StatusCode, header};
use serde_json::Value;

use crate::http::{
    Answer, App, Problem, Request,
    request::{
        negotiate::Format,
        query::{QueryPairs, encode},
    },
};

/// One question: the values of the path, and the parameters that are given.
#[derive(Clone, Copy)]
pub struct OperationInput<'a> {
    pub path: &'a [(&'a str, &'a str)],
    pub query: &'a [(&'a str, &'a str)],
}

/// `data` and `meta` of the answer.
pub async fn ask<F, R>(app: &App, request: &Request, operation: F, question: OperationInput<'_>) -> Result<Value, Problem>
where
    F: Fn(App, Request) -> R,
    R: Future<Output = Result<Answer, Problem>>,
{
    let answer = operation(app.clone(), request_for(request, question)?).await?.into_response();
    let body = answer.into_body().collect().await.map_err(|_| Problem::internal())?;
    serde_json::from_slice(&body.to_bytes()).map_err(|error| {
        tracing::error!(%error, "internal error: page got an answer that is not JSON");
        Problem::internal()
    })
}

fn request_for(request: &Request, question: OperationInput<'_>) -> Result<Request, Problem> {
    let mut request_for = request.again();
    request_for.method = Method::GET;
    request_for.format = Format::Json;
    request_for.headers.remove(header::IF_NONE_MATCH);
    request_for.path_values = question.path.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let mut raw = String::new();
    for (name, value) in question.query.iter().filter(|(_, value)| !value.is_empty()) {
        let _ = write!(raw, "&{}={}", encode(name), encode(value));
    }
    request_for.query_pairs = QueryPairs::parse(&raw, None)?;
    Ok(request_for)
}

/// 404 is not an error of the page.
pub fn if_known(outcome: Result<Value, Problem>) -> Result<Option<Value>, Problem> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(problem) if problem.status() == StatusCode::NOT_FOUND => Ok(None),
        Err(problem) => Err(problem),
    }
}
