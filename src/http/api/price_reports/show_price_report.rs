//! `GET /v1/price-reports/{id}`: where a report stands; its content needs the ticket.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    values::price_reports::PriceReportId,
    wire::{price_reports::price_report::PriceReportBody, service::meta::One},
};

/// Show where a report of a price stands
///
/// Its state with public reasons, the term of an answer, and what was decided. Nothing of its content: whoever has the ticket opens it.
#[utoipa::path(get, operation_id = "show_price_report", path = "/v1/price-reports/{id}", tag = "price_reports",
    params(("id" = PriceReportId, Path, description = "As it was given with the ticket", example = "p0123456789ab")),
    responses((status = 200, description = "The report", body = One<PriceReportBody>), (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let PriceReportId(id) = request.path("id")?;
    let reply = Envelope::begin(&app, &request, &[]).await?.by_content(&request);
    let view = app.read_model.show_price_report(&id).await?;
    let view = view.ok_or_else(|| Problem::not_found(("el reporte", "report"), &id))?;
    reply.one(PriceReportBody::from(&view))
}
