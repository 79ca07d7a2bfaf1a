//! `POST /v1/held-imports/{held}/discard`: a person lets a held file go.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::idempotent_write::{self, Done, Reason, rendered},
    values::identifiers::{HeldFile, IdempotencyHeader},
    wire::service::held_import::HeldDecisionBody,
};

const BODY_BYTES_MAX: usize = 16 * 1024;

/// Let a held file go
///
/// Its bytes are not kept; that it was held, and why it was let go, is. What is in force stays in force.
#[utoipa::path(post, operation_id = "discard_held_import", path = "/v1/held-imports/{held}/discard", tag = "service",
    params(("held" = HeldFile, Path, description = "Number of the held file", example = "1"), IdempotencyHeader),
    request_body = Reason, responses((status = 200, description = "It is let go", body = Done<HeldDecisionBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let HeldFile(held) = request.path("held")?;
    let (context, body): (_, Reason) = request.json_command(&app, BODY_BYTES_MAX).await?;
    let reason = idempotent_write::reason(&body.reason)?;
    idempotent_write::answer(async move {
        let render = |decided: &_| rendered(&context, HeldDecisionBody::from(decided));
        app.workflow.discard_held_import(&context, held, &reason, &render).await
    })
    .await
}
