//! `GET /v1/act-drafts/{id}`: one draft.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    wire::{acts::act_draft::DraftBody, service::meta::One},
};

/// Show a draft of an act
///
/// Its head, where it stands, who contributed to it and everything that happened to it, and the digest that an approval must name.
#[utoipa::path(get, operation_id = "show_act_draft", path = "/v1/act-drafts/{id}", tag = "acts",
    params(("id" = String, Path, description = "As given when it was drafted", example = "d7Hq2LxV0aB")),
    responses((status = 200, description = "The draft", body = One<DraftBody>), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let id: String = request.path("id")?;
    let reply = Envelope::begin(&app, &request, &[]).await?;
    let draft = app.read_model.show_act_draft(&id).await?;
    let draft = draft.ok_or_else(|| Problem::not_found(("el borrador", "draft"), &id))?;
    reply.one(DraftBody::from(&draft))
}
