//! `POST /v1/price-reports/{id}/confirmations`: the same price today, by whoever has the ticket.

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        response::idempotent_write::{Done, DoneMeta, run_to_completion},
        values::price_reports::PriceReportId,
        wire::price_reports::{price_report::PriceConfirmedBody, sent::PriceReportTicket},
    },
    workflow::petitions::holding::TicketStep,
};

const BODY_BYTES_MAX: usize = 4096;

/// Confirm that the price is the same today
///
/// Once a week, by whoever has the ticket; again, nothing changes. It is no second report and counts in no figure twice. Without the right ticket: 404.
#[utoipa::path(post, operation_id = "confirm_price", path = "/v1/price-reports/{id}/confirmations", tag = "price_reports", request_body = PriceReportTicket,
    params(("id" = PriceReportId, Path, description = "As it was given with the ticket", example = "p0123456789ab")),
    responses((status = 200, description = "The day on which it was the same", body = Done<PriceConfirmedBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let PriceReportId(id) = request.path("id")?;
    let PriceReportTicket { ticket } = request.json(BODY_BYTES_MAX).await?;
    let (network, now, today, workflow) = (request.context.network, app.now(), app.today(), app.workflow.clone());
    let request_id = request.context.request_id.to_string();
    let meta = DoneMeta { request_id: request_id.clone(), at: now.to_string() };
    let done = run_to_completion(async move {
        let step = TicketStep { id: &id, ticket: &ticket, request_id: &request_id, now };
        workflow.confirm_price_report(&step, (network, today)).await
    });
    Answer::json(&Done { data: PriceConfirmedBody::from(&done.await?), meta })
}
