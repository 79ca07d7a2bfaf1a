//! `GET /v1/cases/{id}`: one case with its history, its evidence and its terms.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    values::identifiers::CaseId,
    wire::{cases::case_file::CaseFileBody, service::meta::One},
};

/// Show one case
///
/// Every report it rests on, with the basis and the worksheet of each price, what its verdict says in words, and the excess in pesos;
/// everything that happened, the seller's replies beside the finding; and the legal clock. A reporter sees a case against itself from its notification on.
#[utoipa::path(get, operation_id = "show_case", path = "/v1/cases/{id}", tag = "cases",
    params(("id" = CaseId, Path, description = "As in the list of cases", example = "c000001")),
    responses((status = 200, description = "The case", body = One<CaseFileBody>), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let CaseId(id) = request.path("id")?;
    let reader = request.case_reader()?;
    let reply = Envelope::begin(&app, &request, &["sismed", "ceilings", "catalogue"]).await?;
    let file = app.read_model.show_case(&reader, &id).await?;
    let file = file.ok_or_else(|| Problem::not_found(("el caso", "case"), &id))?;
    reply.one(CaseFileBody::shown(&file, app.today(), reply.language))
}
