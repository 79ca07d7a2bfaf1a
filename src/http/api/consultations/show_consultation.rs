//! `GET /v1/consultations/{id}`: one consultation, its versions, and why it is open so long.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    values::consultations::ConsultationId,
    wire::{consultations::consultation::ConsultationFileBody, service::meta::One},
};

/// Show one consultation
///
/// With every version of the draft, every extension, and the reasons for which comments stay back.
#[utoipa::path(get, operation_id = "show_consultation", path = "/v1/consultations/{id}", tag = "consultations",
    params(("id" = ConsultationId, Path, description = "That of the draft", example = "d7Hq2LxV0aB")),
    responses((status = 200, description = "The consultation", body = One<ConsultationFileBody>), (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let ConsultationId(id) = request.path("id")?;
    let reply = Envelope::begin(&app, &request, &[]).await?.by_content(&request);
    let file = app.read_model.show_consultation(&id).await?;
    let file = file.ok_or_else(|| Problem::not_found(("la consulta", "consultation"), &id))?;
    reply.one(ConsultationFileBody::shown(&file, app.today(), request.language))
}
