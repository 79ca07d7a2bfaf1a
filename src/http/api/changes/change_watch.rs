//! `POST /v1/watches/{id}/state`: pauses, resumes or deletes a webhook subscription.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    params::watch::{self, BODY_BYTES_MAX},
    request::incoming::Request,
    response::idempotent_write::{self, Done, rendered},
    values::identifiers::IdempotencyHeader,
    wire::changes::watch::{WatchBody, WatchStateBody},
};

/// Pause, activate or delete a watch
///
/// Changes made while a watch is paused or disabled are not sent later: read them from `/v1/changes` after the last position you have.
/// Messages that were already waiting are kept and sent when it is active again; those of a deleted watch are dropped.
#[utoipa::path(post, operation_id = "change_watch", path = "/v1/watches/{id}/state", tag = "changes",
    params(("id" = String, Path, description = "As given when it was made", example = "w7Hq2LxV0aB"), IdempotencyHeader), request_body = WatchStateBody,
    responses((status = 200, description = "The watch", body = Done<WatchBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let id: String = request.path("id")?;
    let (context, body): (_, WatchStateBody) = request.json_command(&app, BODY_BYTES_MAX).await?;
    let (state, reason) = (watch::state(&body.state)?, idempotent_write::reason(&body.reason)?);
    idempotent_write::answer(async move {
        let render = |watch: &_| rendered(&context, WatchBody::from(watch));
        app.workflow.change_watch(&context, &id, (state, &reason), &render).await
    })
    .await
}
