//! `POST /v1/petitions/{id}/withdrawals`: by whoever has the ticket.

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        response::idempotent_write::{Done, DoneMeta, run_to_completion},
        values::identifiers::PetitionId,
        wire::participation::{petition::PetitionMovedBody, sent::PetitionTicket},
    },
    workflow::petitions::holding::TicketStep,
};

const BODY_BYTES_MAX: usize = 64 * 1024;

/// Withdraw a petition
///
/// By whoever has the ticket: its words are gone for ever, their digest and what was answered stay. Again, nothing changes.
#[utoipa::path(post, operation_id = "withdraw_petition", path = "/v1/petitions/{id}/withdrawals", tag = "participation", request_body = PetitionTicket,
    params(("id" = PetitionId, Path, description = "As in the list of petitions", example = "q0123456789ab")),
    responses((status = 200, description = "How the petition stands now", body = Done<PetitionMovedBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let PetitionId(id) = request.path("id")?;
    let PetitionTicket { ticket } = request.json(BODY_BYTES_MAX).await?;
    let (network, now, workflow) = (request.context.network, app.now(), app.workflow.clone());
    let request_id = request.context.request_id.to_string();
    let meta = DoneMeta { request_id: request_id.clone(), at: now.to_string() };
    let moved = run_to_completion(async move {
        let step = TicketStep { id: &id, ticket: &ticket, request_id: &request_id, now };
        workflow.withdraw_petition(&step, network).await
    });
    Answer::json(&Done { data: PetitionMovedBody::from(&moved.await?), meta })
}
