//! `GET /v1/submissions/{id}/errors`: the rejected rows of a submission.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::{incoming::Request, pagination::PageParameters},
    response::envelope::Envelope,
    wire::{service::meta::Many, submissions::submission::SubmissionErrorBody},
};

/// List the rows of a submission that were not taken
///
/// Each with line, column, value and the rule it breaks, to be corrected and sent again as a rectification. A dry run keeps the first 10,000.
#[utoipa::path(get, operation_id = "list_submission_errors", path = "/v1/submissions/{id}/errors", tag = "submissions",
    params(("id" = String, Path, description = "As given when it was sent", example = "s4Tz0bWq81X"), PageParameters),
    responses((status = 200, description = "The rows, in order", content((Many<SubmissionErrorBody> = "application/json"), (String = "text/csv"))),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let id: String = request.path("id")?;
    let page = request.page()?;
    let after: Option<i64> = page.after()?;
    let reply = Envelope::begin(&app, &request, &[]).await?;
    if app.read_model.show_submission(&id, request.actor()?.nit.as_deref()).await?.is_none() {
        return Err(Problem::not_found(("el envío", "submission"), &id));
    }
    let mut faults = app.read_model.submission_faults(&id, after, page.rows_to_fetch()).await?;
    let more = page.cut(&mut faults);
    let next = faults.last().map(|fault| fault.ordinal).filter(|_| more);
    let bodies: Vec<_> = faults.iter().map(|fault| SubmissionErrorBody::new(fault, reply.language)).collect();
    reply.page(&page, &bodies, next)
}
