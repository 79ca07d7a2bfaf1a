//! `POST /v1/purchase-corrections/{id}/withdrawals`: by whoever has the ticket.

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        response::idempotent_write::{Done, DoneMeta, run_to_completion},
        values::identifiers::CorrectionId,
        wire::purchases::correction::{CorrectionMovedBody, CorrectionTicket},
    },
    workflow::petitions::holding::TicketStep,
};

const BODY_BYTES_MAX: usize = 64 * 1024;

/// Withdraw a correction
///
/// By whoever has the ticket: its words are gone for ever, their digest and what was answered stay. Again, nothing changes.
#[utoipa::path(post, operation_id = "withdraw_purchase_correction", path = "/v1/purchase-corrections/{id}/withdrawals", tag = "purchases", request_body = CorrectionTicket,
    params(("id" = CorrectionId, Path, description = "As in the list of corrections", example = "m0123456789ab")),
    responses((status = 200, description = "How the correction stands now", body = Done<CorrectionMovedBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let CorrectionId(id) = request.path("id")?;
    let CorrectionTicket { ticket } = request.json(BODY_BYTES_MAX).await?;
    let (network, now, workflow) = (request.context.network, app.now(), app.workflow.clone());
    let request_id = request.context.request_id.to_string();
    let meta = DoneMeta { request_id: request_id.clone(), at: now.to_string() };
    let moved = run_to_completion(async move {
        let step = TicketStep { id: &id, ticket: &ticket, request_id: &request_id, now };
        workflow.withdraw_correction(&step, network).await
    });
    Answer::json(&Done { data: CorrectionMovedBody::from(&moved.await?), meta })
}
