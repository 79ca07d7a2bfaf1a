//! `GET /v1/act-drafts/{id}/preview`: what publishing would do.

use crate::{
    domain::law::draft_variant::DraftVariant,
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        params::draft_variant::VariantParameters,
        request::incoming::Request,
        response::{envelope::Envelope, idempotent_write::run_to_completion},
        wire::{acts::act_effect::EffectBody, service::meta::One},
    },
};

/// Preview what publishing a draft would do
///
/// What changes against the acts in force on its first day (added, removed, raised, lowered, with percent), and how many stored reports
/// would change verdict. It is really done and then undone, so publication does exactly this.
///
/// With another first day (`valid_from`) or a change of its amounts (`percent`, of some `markets` or of all) it answers for the draft so changed and
/// says so in `variant`; the draft itself stays as it is. Amounts are rounded half-up to as many decimals as the act itself uses, for its ceilings, its
/// margins in pesos, which change with them, and its unit prices, and never to zero. A market that the draft does not name, a day outside 1990 to 2099,
/// and an amount that becomes too large are 422 `unprocessable`.
#[utoipa::path(get, operation_id = "preview_act_draft", path = "/v1/act-drafts/{id}/preview", tag = "acts",
    params(("id" = String, Path, description = "As given when it was drafted", example = "d7Hq2LxV0aB"), VariantParameters),
    responses((status = 200, description = "The effect", body = One<EffectBody>), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let id: String = request.path("id")?;
    let variant: DraftVariant = request.query::<VariantParameters>()?.into();
    let reply = Envelope::begin(&app, &request, &["ceilings", "sismed"]).await?;
    let (workflow, today) = (app.workflow.clone(), app.today());
    let effect = run_to_completion(async move { workflow.preview_act_draft(&id, &variant, today).await }).await?;
    reply.one(EffectBody::from(&effect))
}
