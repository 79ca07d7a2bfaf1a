//! `POST /v1/key-codes`: the owner of a requested key takes it.

use hyper::StatusCode;

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::idempotent_write::{Done, DoneMeta, run_to_completion},
    wire::service::api_key::{KeyCodeBody, TakenKeyBody},
};

const BODY_BYTES_MAX: usize = 4096;

/// Take the key that was requested for you
///
/// With the code that you were given, once: the key is shown in this answer and nowhere else. If the answer is lost, have the key revoked and another
/// one requested. A code that was used before is 409 `conflict`: if it was not you, say so to whoever gave it to you.
#[utoipa::path(post, operation_id = "take_key", path = "/v1/key-codes", tag = "audit", request_body = KeyCodeBody,
    responses((status = 201, description = "The key: keep it, it is not shown again", body = Done<TakenKeyBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let KeyCodeBody { code } = request.json(BODY_BYTES_MAX).await?;
    let (request_id, network, now) = (request.context.request_id.to_string(), request.context.network, app.now());
    let meta = DoneMeta { request_id: request_id.clone(), at: now.to_string() };
    let workflow = app.workflow.clone();
    let (made, name) = run_to_completion(async move { workflow.take_key(&code, network, &request_id, now).await }).await?;
    Ok(Answer::json(&Done { data: TakenKeyBody::new(&made, &name), meta })?.with_status(StatusCode::CREATED))
}
