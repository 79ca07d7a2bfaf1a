//! `POST /v1/free-keys`: creates a key for a developer.

use hyper::StatusCode;

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::idempotent_write::{Done, DoneMeta, run_to_completion},
    wire::service::free_key::{FreeKeyBody, NewFreeKey},
};

const BODY_BYTES_MAX: usize = 4096;

/// Take a free key
///
/// Reads need no key; with one you may ask ten times as often, whatever your address, and watch for changes by webhook. Say what your
/// program is called; no other data and no approval are needed. The key is shown once, lives a year and is sent as
/// `Authorization: Bearer tmo_live_…`. If the answer is lost, take another one: all keys taken from one address share what they may ask.
#[utoipa::path(post, operation_id = "create_free_key", path = "/v1/free-keys", tag = "service", request_body = NewFreeKey,
    responses((status = 201, description = "The key: keep it, it is not shown again", body = Done<FreeKeyBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let body: NewFreeKey = request.json(BODY_BYTES_MAX).await?;
    let name = body.read()?;
    let (request_id, now, workflow) = (request.context.request_id.to_string(), app.now(), app.workflow.clone());
    let network = request.context.network.to_string();
    let meta = DoneMeta { request_id: request_id.clone(), at: now.to_string() };
    let made = run_to_completion(async move { workflow.give_free_key(&name, &network, &request_id, now).await }).await?;
    Ok(Answer::json(&Done { data: FreeKeyBody::from(&made), meta })?.with_status(StatusCode::CREATED))
}
