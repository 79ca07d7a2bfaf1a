//! `GET /v1/act-drafts/{id}/preview`: what publishing would do.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::{envelope::Envelope, idempotent_write::run_to_completion},
    wire::{acts::act_effect::EffectBody, service::meta::One},
};

/// Preview what publishing a draft would do
///
/// What changes against the acts in force on its first day (added, removed, raised, lowered, with percent), and how many stored reports
/// would change verdict. It is really done and then undone, so publication does exactly this.
#[utoipa::path(get, operation_id = "preview_act_draft", path = "/v1/act-drafts/{id}/preview", tag = "acts",
    params(("id" = String, Path, description = "As given when it was drafted", example = "d7Hq2LxV0aB")),
    responses((status = 200, description = "The effect", body = One<EffectBody>), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let id: String = request.path("id")?;
    let reply = Envelope::begin(&app, &request, &["ceilings", "sismed"]).await?;
    let (workflow, today) = (app.workflow.clone(), app.today());
    let effect = run_to_completion(async move { workflow.preview_act_draft(&id, today).await }).await?;
    reply.one(EffectBody::from(&effect))
}
