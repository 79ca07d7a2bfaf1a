//! `GET /v1/me/mail/messages`: what was sent to the key's principal by e-mail, and what waits.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    wire::service::{mail::MailMessageBody, meta::Many},
};

/// List the e-mail to you
///
/// The newest hundred messages to your principal, each with what became of it. They are kept for 90 days after they ended.
#[utoipa::path(get, operation_id = "list_mail_messages", path = "/v1/me/mail/messages", tag = "audit",
    responses((status = 200, description = "The messages, the newest first", content((Many<MailMessageBody> = "application/json"), (String = "text/csv"))),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let reply = Envelope::begin(&app, &request, &[]).await?;
    let messages = app.workflow.mail_messages(&request.actor()?.principal).await?;
    let bodies: Vec<MailMessageBody> = messages.iter().map(MailMessageBody::from).collect();
    reply.many(&bodies)
}
