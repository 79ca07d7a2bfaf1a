//! `POST /v1/watches/{id}/secret`: makes a new secret; the old one signs too for a day.

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        params::watch::BODY_BYTES_MAX,
        request::incoming::Request,
        response::idempotent_write::{self, Done, Reason, rendered},
        values::identifiers::IdempotencyHeader,
        wire::changes::watch::WatchBody,
    },
    workflow::common::context::idempotent_replay,
};

/// Change the secret of a watch
///
/// Messages are signed with the new secret from now on, and for 24 hours with the old one too: `webhook-signature` then holds both. Keep
/// the secret of the answer: it is not shown again.
#[utoipa::path(post, operation_id = "rotate_watch_secret", path = "/v1/watches/{id}/secret", tag = "changes",
    params(("id" = String, Path, description = "As given when it was made", example = "w7Hq2LxV0aB"), IdempotencyHeader), request_body = Reason,
    responses((status = 200, description = "The watch, with its new secret", body = Done<WatchBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let id: String = request.path("id")?;
    let (context, body): (_, Reason) = request.json_command(&app, BODY_BYTES_MAX).await?;
    let reason = idempotent_write::reason(&body.reason)?;
    idempotent_write::answer(async move {
        let render = |watch: &_| rendered(&context, WatchBody::from(watch));
        let reply = idempotent_replay(app.workflow.rotate_watch_secret(&context, &id, &reason, &render).await)?;
        app.workflow.with_watch_secret(reply)
    })
    .await
}
