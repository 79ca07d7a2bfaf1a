//! `GET /v1/cases/{id}/notes`: what regulators wrote down on a case.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::{incoming::Request, pagination::PageParameters},
    response::envelope::Envelope,
    values::identifiers::CaseId,
    wire::{cases::case_work::CaseNoteBody, service::meta::Many},
};

/// List the notes on a case
///
/// For regulators alone, whoever wrote them.
#[utoipa::path(get, operation_id = "list_case_notes", path = "/v1/cases/{id}/notes", tag = "cases",
    params(("id" = CaseId, Path, description = "As in the list of cases", example = "c000001"), PageParameters),
    responses((status = 200, description = "The notes, oldest first", content((Many<CaseNoteBody> = "application/json"), (String = "text/csv"))),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let CaseId(id) = request.path("id")?;
    let page = request.page()?;
    let after: Option<i32> = page.after()?;
    let reply = Envelope::begin(&app, &request, &[]).await?;
    let notes = app.read_model.case_notes(&id, after, page.rows_to_fetch()).await?;
    let mut notes = notes.ok_or_else(|| Problem::not_found(("el caso", "case"), &id))?;
    let more = page.cut(&mut notes);
    let next = notes.last().map(|note| note.ordinal).filter(|_| more);
    let bodies: Vec<CaseNoteBody> = notes.iter().map(CaseNoteBody::from).collect();
    reply.page(&page, &bodies, next)
}
