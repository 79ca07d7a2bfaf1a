//! `GET /v1/petitions/{id}`: one petition, what happened to it and what was answered.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    values::identifiers::PetitionId,
    wire::{participation::petition::PetitionFileBody, service::meta::One},
};

/// Show one petition
///
/// With every step, the public reasons, and the answers of the authority.
#[utoipa::path(get, operation_id = "show_petition", path = "/v1/petitions/{id}", tag = "participation",
    params(("id" = PetitionId, Path, description = "As in the list of petitions", example = "q0123456789ab")),
    responses((status = 200, description = "The petition", body = One<PetitionFileBody>), (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let PetitionId(id) = request.path("id")?;
    let reply = Envelope::begin(&app, &request, &[]).await?.by_content(&request);
    let file = app.read_model.show_petition(&id).await?;
    let file = file.ok_or_else(|| Problem::not_found(("la petición", "petition"), &id))?;
    reply.one(PetitionFileBody::public(&file, request.language))
}
