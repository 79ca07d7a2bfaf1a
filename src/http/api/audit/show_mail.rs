//! `GET /v1/me/mail`: where e-mail goes to the key's principal.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    wire::service::{mail::MailBody, meta::One},
};

/// Show where your e-mail goes
///
/// The address that your principal entered, and whether it is confirmed. It is shown to nobody else. Without it, or where the service sends
/// no e-mail (`sends`), the pages, feeds and watches say the same.
#[utoipa::path(get, operation_id = "show_mail", path = "/v1/me/mail", tag = "audit",
    responses((status = 200, description = "The address", body = One<MailBody>), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let reply = Envelope::begin(&app, &request, &[]).await?;
    let own = app.workflow.mail_address(&request.actor()?.principal).await?;
    reply.one(MailBody::new(app.workflow.does_send_mail(), own))
}
