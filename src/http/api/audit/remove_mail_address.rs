//! `POST /v1/me/mail/removal`: the key's principal takes the address away.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::idempotent_write::{self, Done, rendered},
    values::identifiers::IdempotencyHeader,
    wire::service::mail::MailStateBody,
};

const BODY_BYTES_MAX: usize = 1024;

/// Remove your address for e-mail
///
/// The address is deleted, and what waits to be sent there is not sent.
#[utoipa::path(post, operation_id = "remove_mail_address", path = "/v1/me/mail/removal", tag = "audit", params(IdempotencyHeader),
    responses((status = 200, description = "There is no address", body = Done<MailStateBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let body = request.body(BODY_BYTES_MAX).await?;
    let context = request.command_context(&app, &body)?;
    idempotent_write::answer(async move {
        let render = |state: &_| rendered(&context, MailStateBody::from(*state));
        app.workflow.remove_mail_address(&context, &render).await
    })
    .await
}
