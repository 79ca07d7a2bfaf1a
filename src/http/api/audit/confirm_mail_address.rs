//! `POST /v1/me/mail/confirmation`: the key's principal confirms the address with the code that was sent there.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::idempotent_write::{self, Done, rendered},
    values::identifiers::IdempotencyHeader,
    wire::service::mail::MailStateBody,
};

const BODY_BYTES_MAX: usize = 4 * 1024;

/// The code of the message that asks for the confirmation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MailCode {
    /// Stands in the address of the page that the message leads to, after `codigo=`.
    #[schema(max_length = 100, example = "0f3a9c1d5b7e2846a1c3e5f708192a3b")]
    pub code: String,
}

/// Confirm your address for e-mail
///
/// With a key of the same principal that entered the address: whoever else sees the message confirms nothing by it.
#[utoipa::path(post, operation_id = "confirm_mail_address", path = "/v1/me/mail/confirmation", tag = "audit", request_body = MailCode,
    params(IdempotencyHeader),
    responses((status = 200, description = "Messages go there from now on", body = Done<MailStateBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let (context, body): (_, MailCode) = request.json_command(&app, BODY_BYTES_MAX).await?;
    idempotent_write::answer(async move {
        let render = |state: &_| rendered(&context, MailStateBody::from(*state));
        app.workflow.confirm_mail_address(&context, &body.code, &render).await
    })
    .await
}
