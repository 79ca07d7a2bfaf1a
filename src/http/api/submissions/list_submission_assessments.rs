//! `GET /v1/submissions/{id}/assessments`: the verdicts on a submission.

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

/// List the reports of a submission with their verdicts
///
/// Each report with the verdict of its minimum, average and maximum and the worksheet of each, to its reporter and the regulator. Verdicts that a
/// later act replaced are read with `known_at`.
#[utoipa::path(get, operation_id = "list_submission_assessments", path = "/v1/submissions/{id}/assessments", tag = "submissions",
    params(("id" = String, Path, description = "As given when it was sent", example = "s4Tz0bWq81X"), ReportParameters, PageParameters),
    responses((status = 200, description = "The reports", content((Many<Assessment> = "application/json"), (String = "text/csv"))),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let id: String = request.path("id")?;
    let filter = ReportParameters::read(&app, &request)?;
    let page = request.page()?;
    let after: Option<i64> = page.after()?;
    let reply = Envelope::begin(&app, &request, &["sismed", "ceilings", "catalogue"]).await?.known_at(filter.known_at);
    if app.read_model.show_submission(&id, request.actor()?.nit.as_deref()).await?.is_none() {
        return Err(Problem::not_found(("el envío", "submission"), &id));
    }
    let filter = AssessmentFilter { whose: ReportScope::Submission(id), ..filter };
    let mut stored = app.read_model.list_assessments(&filter, after, page.rows_to_fetch()).await?;
    let more = page.cut(&mut stored.rows);
    let next = stored.last_report_id()?.filter(|_| more);
    let bodies = stored.assessments().map(|one| Ok(Assessment::new(&one?, reply.language)));
    reply.page_in_turn::<Assessment, _, _>(&page, bodies, next)
}
