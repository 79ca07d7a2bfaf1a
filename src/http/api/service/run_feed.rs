//! `POST /v1/feeds/{name}/runs`: an operator wants a data set read now.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::idempotent_write::{self, Done, Reason, rendered},
    values::identifiers::{FeedName, IdempotencyHeader},
    wire::service::feed::FeedRequestBody,
};

const BODY_BYTES_MAX: usize = 16 * 1024;

/// Read a data set now
///
/// Whether it is due or not. A service that reads feeds takes it up within a minute; while none does (`feeds.on` in the status), it waits. What came of it
/// stands among the runs.
#[utoipa::path(post, operation_id = "run_feed", path = "/v1/feeds/{name}/runs", tag = "service",
    params(("name" = FeedName, Path, description = "As the list of feeds has it", example = "ceilings"), IdempotencyHeader),
    request_body = Reason, responses((status = 202, description = "Kept, and to be done", body = Done<FeedRequestBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let FeedName(name) = request.path("name")?;
    let (context, body): (_, Reason) = request.json_command(&app, BODY_BYTES_MAX).await?;
    let reason = idempotent_write::reason(&body.reason)?;
    idempotent_write::answer(async move {
        let render = |requested: &_| rendered(&context, FeedRequestBody::from(requested));
        app.workflow.request_feed_run(&context, &name, &reason, &render).await
    })
    .await
}
