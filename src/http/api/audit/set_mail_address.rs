//! `POST /v1/me/mail`: the key's principal enters an address for e-mail.

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

/// An address for e-mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MailAddressText {
    /// ASCII alone, without a name or quotes.
    #[schema(max_length = 254, example = "ana@example.org")]
    pub address: String,
}

/// Enter your address for e-mail
///
/// It takes the place of the one before. A message goes there that leads to a page of the work area: until you confirm the address there, or
/// with its code (`confirm_mail_address`), within three days, nothing else is sent to it. At most five addresses a day.
/// `conflict` where the service sends no e-mail.
#[utoipa::path(post, operation_id = "set_mail_address", path = "/v1/me/mail", tag = "audit", request_body = MailAddressText,
    params(IdempotencyHeader),
    responses((status = 200, description = "It waits for its confirmation", body = Done<MailStateBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let (context, body): (_, MailAddressText) = request.json_command(&app, BODY_BYTES_MAX).await?;
    idempotent_write::answer(async move {
        let render = |state: &_| rendered(&context, MailStateBody::from(*state));
        app.workflow.set_mail_address(&context, &body.address, &render).await
    })
    .await
}
