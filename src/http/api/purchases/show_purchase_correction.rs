//! `GET /v1/purchase-corrections/{id}`: where one correction stands, and what was answered.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    values::identifiers::CorrectionId,
    wire::{purchases::correction::CorrectionBody, service::meta::One},
};

/// Show one correction
///
/// Its state and its last day are public; its words are, once they are answered.
#[utoipa::path(get, operation_id = "show_purchase_correction", path = "/v1/purchase-corrections/{id}", tag = "purchases",
    params(("id" = CorrectionId, Path, description = "As in the list of corrections", example = "m0123456789ab")),
    responses((status = 200, description = "The correction", body = One<CorrectionBody>), (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let CorrectionId(id) = request.path("id")?;
    let reply = Envelope::begin(&app, &request, &[]).await?.by_content(&request);
    let correction = app.read_model.show_correction(&id).await?;
    let correction = correction.ok_or_else(|| Problem::not_found(("la corrección", "correction"), &id))?;
    reply.one(CorrectionBody::public(&correction))
}
