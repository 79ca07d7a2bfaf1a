//! `POST /v1/held-imports/{held}/release`: a person lets a held file in.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::idempotent_write::{self, Done, Reason, rendered},
    values::identifiers::{HeldFile, IdempotencyHeader},
    wire::service::held_import::HeldDecisionBody,
};

const BODY_BYTES_MAX: usize = 16 * 1024;

/// Let a held file in
///
/// Whether it came by itself or was given to the command line. The name of the key's holder and the reason stand in the audit log, at the decision and
/// at the import, which is made before the answer. If it fails, the file goes on waiting (`list_held_imports`), and the answer says why.
#[utoipa::path(post, operation_id = "release_held_import", path = "/v1/held-imports/{held}/release", tag = "service",
    params(("held" = HeldFile, Path, description = "Number of the held file", example = "1"), IdempotencyHeader),
    request_body = Reason, responses((status = 200, description = "It is let in", body = Done<HeldDecisionBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let HeldFile(held) = request.path("held")?;
    let (context, body): (_, Reason) = request.json_command(&app, BODY_BYTES_MAX).await?;
    let reason = idempotent_write::reason(&body.reason)?;
    idempotent_write::answer(async move {
        let render = |decided: &_| rendered(&context, HeldDecisionBody::from(decided));
        app.workflow.release_held_import(&context, held, &reason, &render).await
    })
    .await
}
