//! Forms that need no key: where they were sent from, what was typed, and what is wrong with it.

use std::future::Future;

use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use super::frame::{self, Page};
use crate::http::{Answer, App, Endpoint, Problem, Request, routing::path_headers};

/// A form that is sent to this path.
pub fn taken<F, R>(path: &'static str, take: F) -> Endpoint<App>
where
    F: Fn(App, Request) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<Answer, Problem>> + Send + 'static,
{
    Endpoint::plain(Method::POST, path, take).with_headers(path_headers::PAGE)
}

/// The page of one visitor, with its status.
pub async fn shown(app: &App, request: &Request, page: Page, status: StatusCode) -> Result<Answer, Problem> {
    Ok(frame::once(app, request, &page).await?.with_status(status))
}

/// What a problem says, each with the field of the form that it leads to: `fields` has a pointer and its field; the first one is for the rest.
pub fn errors_of(problem: &Problem, request: &Request, fields: &[(&str, &str)]) -> Result<Value, Problem> {
    let described = problem.to_json(request.language, &request.context.request_id);
    let described: Value = serde_json::from_slice(&described).map_err(|_| Problem::internal())?;
    let rest = fields.first().map_or("", |(_, field)| *field);
    let field = |pointer: &Value| fields.iter().find(|(known, _)| pointer == *known).map_or(rest, |(_, field)| *field);
    let faults = described["errors"].as_array().into_iter().flatten();
    let errors: Vec<Value> = faults.map(|fault| json!({ "field": field(&fault["pointer"]), "text": fault["detail"] })).collect();
    if !errors.is_empty() {
        return Ok(errors.into());
    }
    let text = described["detail"].as_str().or_else(|| described["title"].as_str()).unwrap_or_default();
    Ok(json!([{ "field": rest, "text": text }]))
}
