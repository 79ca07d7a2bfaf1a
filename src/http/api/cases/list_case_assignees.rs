//! `GET /v1/case-assignees`: who works on cases.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    wire::{cases::case_work::CaseAssigneeBody, service::meta::Many},
};

/// List who works on cases
///
/// Regulators who can be given cases (`assign_cases`), and those who have some, with how many of theirs are not closed.
#[utoipa::path(get, operation_id = "list_case_assignees", path = "/v1/case-assignees", tag = "cases",
    responses((status = 200, description = "The regulators, in order of name", content((Many<CaseAssigneeBody> = "application/json"), (String = "text/csv"))),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let reply = Envelope::begin(&app, &request, &[]).await?;
    let assignees = app.read_model.case_assignees(app.now()).await?;
    let bodies: Vec<CaseAssigneeBody> = assignees.iter().map(CaseAssigneeBody::from).collect();
    reply.many(&bodies)
}
