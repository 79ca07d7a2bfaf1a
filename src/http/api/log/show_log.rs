//! `GET /v1/log`: the signed head of the Merkle log.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    wire::service::{log::LogHeadBody, meta::One},
};

/// Show the signed head of the log
///
/// The audit log, acts with their ceilings, imported lists, receipts and counts of verdicts are leaves of a Merkle log (RFC 9162). Its head
/// states how many leaves there are and the hash of all of them, signed by the key that signs receipts. Keep it: with a later head and the
/// proof of consistency between both (`/v1/log/proof/consistency`), it shows that nothing before it was changed, inserted or taken out.
#[utoipa::path(get, operation_id = "show_log", path = "/v1/log", tag = "log",
    responses((status = 200, description = "The head of the log as it is now", body = One<LogHeadBody>), (status = 304, description = "Not modified"),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    // Actions add leaves too, without new data.
    let reply = Envelope::begin(&app, &request, &[]).await?.by_content(&request);
    let (newest, size) = app.read_model.log_head().await?;
    let is_signed = newest.as_ref().is_some_and(|head| u64::try_from(head.size).is_ok_and(|signed| signed >= size));
    let head = if is_signed {
        newest
    } else {
        // Where nothing can be written, the head signed before is still a head.
        app.workflow.sign_log_head(app.now()).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "log: a new head could not be signed");
            newest
        })
    };
    let head = head.ok_or_else(|| Problem::not_found(("la cabeza del registro", "head of the log"), size))?;
    reply.one(LogHeadBody::from(&head))
}
