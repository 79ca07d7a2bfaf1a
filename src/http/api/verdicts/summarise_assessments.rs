//! `GET /v1/assessments/summary`: how many reports got which verdict.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    params::report_filter::ReportParameters,
    request::incoming::Request,
    response::envelope::Envelope,
    wire::{service::meta::One, verdicts::assessment::Summary},
};

/// Count stored reports by verdict
///
/// Counts by headline verdict, reason and transaction, and by the verdict of minimum, average and maximum.
#[utoipa::path(get, operation_id = "summarise_assessments", path = "/v1/assessments/summary", tag = "verdicts", params(ReportParameters),
    responses((status = 200, description = "The counts", body = One<Summary>), (status = 304, description = "Not modified"),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let filter = ReportParameters::read(&app, &request)?;
    let reply = Envelope::begin(&app, &request, &["sismed", "ceilings", "catalogue"]).await?.known_at(filter.known_at);
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let summary = app.read_model.assessments_summary(&filter).await?;
    reply.one(Summary::from(&summary))
}
