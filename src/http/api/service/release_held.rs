//! `POST /v1/feed-runs/{run}/release`: a regulator or an operator lets the file in that a run holds.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::idempotent_write::{self, Done, Reason, rendered},
    values::identifiers::{FeedRun, IdempotencyHeader},
    wire::service::feed::FeedRequestBody,
};

const BODY_BYTES_MAX: usize = 16 * 1024;

/// Let in the file that a run holds
///
/// The name of the key's holder and the reason stand in the audit log, at the wish and at the import. A service that reads feeds takes it up within a minute;
/// while none does (`feeds.on` in the status), it waits.
#[utoipa::path(post, operation_id = "release_held", path = "/v1/feed-runs/{run}/release", tag = "service",
    params(("run" = FeedRun, Path, description = "Number of the run", example = "1"), IdempotencyHeader),
    request_body = Reason, responses((status = 202, description = "Kept, and to be done", body = Done<FeedRequestBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let FeedRun(run) = request.path("run")?;
    let (context, body): (_, Reason) = request.json_command(&app, BODY_BYTES_MAX).await?;
    let reason = idempotent_write::reason(&body.reason)?;
    idempotent_write::answer(async move {
        let render = |requested: &_| rendered(&context, FeedRequestBody::from(requested));
        app.workflow.request_feed_release(&context, run, &reason, &render).await
    })
    .await
}
