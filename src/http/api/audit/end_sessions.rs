//! `POST /v1/me/sessions/end`: signs the key's principal out of every browser.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::idempotent_write::{self, Done, rendered},
    values::identifiers::IdempotencyHeader,
    wire::service::authority::EndedSessionsBody,
};

const BODY_BYTES_MAX: usize = 1024;

/// End all your sessions in browsers
///
/// Every living session of the work area (`/trabajo`) that was begun with any key of your principal ends at once. The keys stay as they are.
#[utoipa::path(post, operation_id = "end_sessions", path = "/v1/me/sessions/end", tag = "audit", params(IdempotencyHeader),
    responses((status = 200, description = "How many ended", body = Done<EndedSessionsBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let body = request.body(BODY_BYTES_MAX).await?;
    let context = request.command_context(&app, &body)?;
    idempotent_write::answer(async move {
        let render = |ended: &u64| rendered(&context, EndedSessionsBody { ended: *ended });
        app.workflow.end_sessions(&context, &render).await
    })
    .await
}
