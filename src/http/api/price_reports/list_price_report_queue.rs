//! `GET /v1/price-report-queue`: reports that wait for a decision or an answer.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    wire::{price_reports::price_report::WaitingPriceReportBody, service::meta::Many},
};

/// At once: the others come after these.
const ROWS_MAX: i64 = 500;

/// List the reports of prices that wait
///
/// For a decision whether they count, or for an answer; what is due first before the others. With their content. The first 500.
#[utoipa::path(get, operation_id = "list_price_report_queue", path = "/v1/price-report-queue", tag = "price_reports",
    responses((status = 200, description = "The reports, in the order of the queue",
        content((Many<WaitingPriceReportBody> = "application/json"), (String = "text/csv"))), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let reply = Envelope::begin(&app, &request, &[]).await?;
    let waiting = app.read_model.price_report_queue(ROWS_MAX).await?;
    let bodies: Vec<WaitingPriceReportBody> = waiting.iter().map(WaitingPriceReportBody::from).collect();
    reply.many(&bodies)
}
