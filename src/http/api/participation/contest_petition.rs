//! `POST /v1/petitions/{id}/contests`: once, by whoever has the ticket.

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        response::idempotent_write::{Done, DoneMeta, run_to_completion},
        values::identifiers::PetitionId,
        wire::participation::{petition::PetitionMovedBody, sent::PetitionContest},
    },
    workflow::petitions::holding::TicketStep,
};

const BODY_BYTES_MAX: usize = 64 * 1024;

/// Contest the answer to a petition
///
/// Once, by whoever has the ticket: the authority answers again, in the same term of the law (`second_due_on`). The reason is public. Without the right ticket: 404.
#[utoipa::path(post, operation_id = "contest_petition", path = "/v1/petitions/{id}/contests", tag = "participation", request_body = PetitionContest,
    params(("id" = PetitionId, Path, description = "As in the list of petitions", example = "q0123456789ab")),
    responses((status = 200, description = "How the petition stands now", body = Done<PetitionMovedBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let PetitionId(id) = request.path("id")?;
    let PetitionContest { ticket, text } = request.json(BODY_BYTES_MAX).await?;
    let (network, now, today, workflow) = (request.context.network, app.now(), app.today(), app.workflow.clone());
    let request_id = request.context.request_id.to_string();
    let meta = DoneMeta { request_id: request_id.clone(), at: now.to_string() };
    let moved = run_to_completion(async move {
        let step = TicketStep { id: &id, ticket: &ticket, request_id: &request_id, now };
        workflow.contest_petition(&step, (network, today), &text).await
    });
    Answer::json(&Done { data: PetitionMovedBody::from(&moved.await?), meta })
}
