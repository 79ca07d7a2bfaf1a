//! `POST /v1/api-keys/{id}/confirmation`: a second person confirms a regulator's key.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::idempotent_write::{self, Done, rendered},
    values::identifiers::IdempotencyHeader,
    wire::service::authority::ConfirmedKeyBody,
};

const BODY_BYTES_MAX: usize = 16 * 1024;

/// Whose key it is, and the reason.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyConfirmation {
    /// The name of the holder, as the key was made for: what is confirmed is what was meant.
    #[schema(example = "Ana Ruiz", max_length = 200)]
    pub holder: String,
    /// Of a key whose `secret` is `by_provider`: the holder's subject (`sub`) there, which you have from them. Of any other key: nothing.
    #[schema(example = "248289761001", max_length = 255)]
    pub subject: Option<String>,
    #[schema(max_length = 2000)]
    pub reason: String,
}

/// Confirm a regulator's key
///
/// A regulator's key opens nothing until a regulator, or an operator other than the one who made it, confirms it; anybody else, also an
/// operator whose own key the maker made, is answered 403 `second_person_needed`. `list_keys` has those that wait. That of somebody who
/// signs in by an identity provider is confirmed by whoever names their subject too, so that nobody else's is linked.
#[utoipa::path(post, operation_id = "confirm_key", path = "/v1/api-keys/{id}/confirmation", tag = "audit",
    params(("id" = String, Path, description = "The key's public id", example = "7Hq2LxV0aB"), IdempotencyHeader),
    request_body = KeyConfirmation,
    responses((status = 200, description = "The key, which opens from now on", body = Done<ConfirmedKeyBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let id: String = request.path("id")?;
    let (context, body): (_, KeyConfirmation) = request.json_command(&app, BODY_BYTES_MAX).await?;
    let reason = idempotent_write::reason(&body.reason)?;
    idempotent_write::answer(async move {
        let render = |key: &_| rendered(&context, ConfirmedKeyBody::from(key));
        app.workflow.confirm_key(&context, &id, (&body.holder, body.subject.as_deref(), &reason), &render).await
    })
    .await
}
