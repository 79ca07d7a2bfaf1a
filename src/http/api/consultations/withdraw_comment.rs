//! `POST /v1/consultation-comments/{id}/withdrawals`: by whoever has the ticket.

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        response::idempotent_write::{Done, DoneMeta, run_to_completion},
        values::consultations::CommentId,
        wire::consultations::{comment::CommentMovedBody, sent::CommentTicket},
    },
    workflow::petitions::holding::TicketStep,
};

const BODY_BYTES_MAX: usize = 64 * 1024;

/// Withdraw a comment
///
/// By whoever has the ticket: its words are gone for ever, their digest and what was replied stay. Again, nothing changes.
#[utoipa::path(post, operation_id = "withdraw_comment", path = "/v1/consultation-comments/{id}/withdrawals", tag = "consultations", request_body = CommentTicket,
    params(("id" = CommentId, Path, description = "As given when it was received", example = "k0123456789ab")),
    responses((status = 200, description = "How the comment stands now", body = Done<CommentMovedBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let CommentId(id) = request.path("id")?;
    let CommentTicket { ticket } = request.json(BODY_BYTES_MAX).await?;
    let (network, now, workflow) = (request.context.network, app.now(), app.workflow.clone());
    let request_id = request.context.request_id.to_string();
    let meta = DoneMeta { request_id: request_id.clone(), at: now.to_string() };
    let moved = run_to_completion(async move {
        let step = TicketStep { id: &id, ticket: &ticket, request_id: &request_id, now };
        workflow.withdraw_comment(&step, network).await
    });
    Answer::json(&Done { data: CommentMovedBody::from(&moved.await?), meta })
}
