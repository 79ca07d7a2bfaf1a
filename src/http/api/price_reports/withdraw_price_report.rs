//! `POST /v1/price-reports/{id}/withdrawals`: by whoever has the ticket.

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        response::idempotent_write::{Done, DoneMeta, run_to_completion},
        values::price_reports::PriceReportId,
        wire::price_reports::{price_report::PriceReportMovedBody, sent::PriceReportTicket},
    },
    workflow::petitions::holding::TicketStep,
};

const BODY_BYTES_MAX: usize = 4096;

/// Withdraw a report of a price
///
/// By whoever has the ticket: all of its content is gone for ever. Figures that were released stay, since nobody can be found in them. Again, nothing changes.
#[utoipa::path(post, operation_id = "withdraw_price_report", path = "/v1/price-reports/{id}/withdrawals", tag = "price_reports", request_body = PriceReportTicket,
    params(("id" = PriceReportId, Path, description = "As it was given with the ticket", example = "p0123456789ab")),
    responses((status = 200, description = "How the report stands now", body = Done<PriceReportMovedBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let PriceReportId(id) = request.path("id")?;
    let PriceReportTicket { ticket } = request.json(BODY_BYTES_MAX).await?;
    let (network, now, today, workflow) = (request.context.network, app.now(), app.today(), app.workflow.clone());
    let request_id = request.context.request_id.to_string();
    let meta = DoneMeta { request_id: request_id.clone(), at: now.to_string() };
    let done = run_to_completion(async move {
        let step = TicketStep { id: &id, ticket: &ticket, request_id: &request_id, now };
        workflow.withdraw_price_report(&step, (network, today)).await
    });
    Answer::json(&Done { data: PriceReportMovedBody::from(&done.await?), meta })
}
