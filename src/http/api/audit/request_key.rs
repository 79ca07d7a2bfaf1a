//! `POST /v1/api-keys`: an operator requests a key for somebody.

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        response::idempotent_write::{self, Done, rendered},
        values::identifiers::IdempotencyHeader,
        wire::service::api_key::{NewKeyBody, RequestedKeyBody},
    },
    workflow::common::context::idempotent_replay,
};

const BODY_BYTES_MAX: usize = 16 * 1024;

/// Request a key for somebody
///
/// For a new principal, or another one for a principal who is known. It has all scopes of its kind, and no secret yet: you are shown a code, hand it
/// to the owner, and they take the key with it within seven days (`take_key`), so that nobody but the owner ever sees the secret. A regulator's key
/// opens nothing until a second person has confirmed it (`confirm_key`).
#[utoipa::path(post, operation_id = "request_key", path = "/v1/api-keys", tag = "audit", params(IdempotencyHeader), request_body = NewKeyBody,
    responses((status = 201, description = "What was requested, with the code for the owner", body = Done<RequestedKeyBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let (context, body): (_, NewKeyBody) = request.json_command(&app, BODY_BYTES_MAX).await?;
    let reason = idempotent_write::reason(&body.reason)?;
    let new = body.read()?;
    idempotent_write::answer(async move {
        let render = |requested: &_| rendered(&context, RequestedKeyBody::from(requested));
        let reply = idempotent_replay(app.workflow.request_key(&context, &new, &reason, &render).await)?;
        app.workflow.with_key_code(reply)
    })
    .await
}
