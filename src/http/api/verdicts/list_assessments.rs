//! `GET /v1/assessments`: stored market reports with their verdicts.

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        params::report_filter::ReportParameters,
        request::{incoming::Request, pagination::PageParameters},
        response::envelope::Envelope,
        wire::{service::meta::Many, verdicts::assessment::Assessment},
    },
    read_model::verdicts::assessments::{AssessmentFilter, ReportScope},
};

/// List stored reports with their verdicts
///
/// Each SISMED report with the verdict of its minimum, average and maximum, in the unit it was invoiced in, with the worksheet of each.
/// Row by row only what publishers published; what reporters sent here counts in the summary and the series, and is shown to its reporter and
/// the regulator (`/v1/submissions/{id}/assessments`).
/// `known_at` shows the verdicts as they were known at an instant: an act imported later changes nothing about them.
#[utoipa::path(get, operation_id = "list_assessments", path = "/v1/assessments", tag = "verdicts", params(ReportParameters, PageParameters),
    responses((status = 200, description = "The reports", content((Many<Assessment> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let filter = AssessmentFilter { whose: ReportScope::Published, ..ReportParameters::read(&app, &request)? };
    let page = request.page()?;
    let after: Option<i64> = page.after()?;
    let reply = Envelope::begin(&app, &request, &["sismed", "ceilings", "catalogue"]).await?.known_at(filter.known_at);
    if let Some(unchanged) = reply.page_not_modified() {
        return Ok(unchanged);
    }
    let mut stored = app.read_model.list_assessments(&filter, after, page.rows_to_fetch()).await?;
    let more = page.cut(&mut stored.rows);
    let next = stored.last_report_id()?.filter(|_| more);
    let bodies = stored.assessments().map(|one| Ok(Assessment::new(&one?, reply.language)));
    reply.page_in_turn::<Assessment, _, _>(&page, bodies, next)
}
