//! `POST /v1/watches`: creates a webhook subscription.

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        params::watch::BODY_BYTES_MAX,
        request::incoming::Request,
        response::idempotent_write::{self, Done, rendered},
        values::identifiers::IdempotencyHeader,
        wire::changes::watch::{NewWatchBody, WatchBody},
    },
    workflow::common::context::idempotent_replay,
};

/// Watch for changes
///
/// From now on, each import or act that changes what you watch sends one signed message to your URL (Standard Webhooks: `webhook-id`,
/// `webhook-timestamp`, `webhook-signature`). It is sent at least once: what fails is tried again for a day, with the same id. Keep the
/// secret of the answer: it is not shown again. Without a key, watch by the Atom feed of a medicine.
#[utoipa::path(post, operation_id = "create_watch", path = "/v1/watches", tag = "changes",
    params(IdempotencyHeader), request_body = NewWatchBody,
    responses((status = 201, description = "The watch, with its secret", body = Done<WatchBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let (context, body): (_, NewWatchBody) = request.json_command(&app, BODY_BYTES_MAX).await?;
    let new = body.read()?;
    idempotent_write::answer(async move {
        let render = |watch: &_| rendered(&context, WatchBody::from(watch));
        let reply = idempotent_replay(app.workflow.create_watch(&context, new, &render).await)?;
        app.workflow.with_watch_secret(reply)
    })
    .await
}
