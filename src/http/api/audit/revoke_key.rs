//! `POST /v1/api-keys/{id}/revocation`: ends a key.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::idempotent_write::{self, Done, Reason, rendered},
    values::identifiers::IdempotencyHeader,
    wire::service::api_key::RevokedKeyBody,
};

const BODY_BYTES_MAX: usize = 16 * 1024;

/// Revoke a key
///
/// Those who make keys revoke any; everybody else their own: another than the one that the request is sent with. Within two seconds it opens nothing,
/// and the sessions that were begun with it have ended.
#[utoipa::path(post, operation_id = "revoke_key", path = "/v1/api-keys/{id}/revocation", tag = "audit",
    params(("id" = String, Path, description = "The key's public id", example = "7Hq2LxV0aB"), IdempotencyHeader),
    request_body = Reason, responses((status = 200, description = "The key, which opens nothing any more", body = Done<RevokedKeyBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let id: String = request.path("id")?;
    let (context, body): (_, Reason) = request.json_command(&app, BODY_BYTES_MAX).await?;
    let reason = idempotent_write::reason(&body.reason)?;
    idempotent_write::answer(async move {
        let render = |revoked: &_| rendered(&context, RevokedKeyBody::from(revoked));
        app.workflow.revoke_key_of(&context, &id, &reason, &render).await
    })
    .await
}
