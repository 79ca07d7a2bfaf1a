//! `GET /v1/price-report-counts`: how many reports are in which state.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    wire::{price_reports::statistic::PriceReportCountBody, service::meta::Many},
};

/// Count the reports of prices by state
///
/// With the public reasons of those that do not count. No product, no place, no price.
#[utoipa::path(get, operation_id = "list_price_report_counts", path = "/v1/price-report-counts", tag = "price_reports",
    responses((status = 200, description = "The counts", content((Many<PriceReportCountBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let reply = Envelope::begin(&app, &request, &[]).await?.by_content(&request);
    let counts = app.read_model.price_report_counts().await?;
    let bodies: Vec<PriceReportCountBody> = counts.iter().map(PriceReportCountBody::from).collect();
    reply.many(&bodies)
}
