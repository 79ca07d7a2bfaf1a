//! `POST /v1/price-reports/{id}/openings`: its content, for whoever has the ticket.

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        response::idempotent_write::{Done, DoneMeta, run_to_completion},
        values::price_reports::PriceReportId,
        wire::price_reports::{price_report::OpenedPriceReportBody, sent::PriceReportTicket},
    },
    workflow::petitions::holding::TicketStep,
};

const BODY_BYTES_MAX: usize = 4096;

/// Open a report of a price
///
/// Its content and the words of the answer, for whoever has the ticket; nothing changes. Without the right ticket: 404.
#[utoipa::path(post, operation_id = "open_price_report", path = "/v1/price-reports/{id}/openings", tag = "price_reports", request_body = PriceReportTicket,
    params(("id" = PriceReportId, Path, description = "As it was given with the ticket", example = "p0123456789ab")),
    responses((status = 200, description = "The report with its content", body = Done<OpenedPriceReportBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let PriceReportId(id) = request.path("id")?;
    let PriceReportTicket { ticket } = request.json(BODY_BYTES_MAX).await?;
    let (network, now, workflow) = (request.context.network, app.now(), app.workflow.clone());
    let request_id = request.context.request_id.to_string();
    let meta = DoneMeta { request_id: request_id.clone(), at: now.to_string() };
    let done = run_to_completion(async move {
        let step = TicketStep { id: &id, ticket: &ticket, request_id: &request_id, now };
        workflow.open_price_report(&step, network).await
    });
    Answer::json(&Done { data: OpenedPriceReportBody::from(&done.await?), meta })
}
