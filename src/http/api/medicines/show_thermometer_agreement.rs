//! `GET /v1/thermometer/agreement`: how far our levels agree with the published ones.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    wire::{medicines::thermometer::AgreementBody, service::meta::One},
};

/// Compare our levels with the published labels
///
/// The rule of the thermometer was recovered from published labels. This says, over the whole newest list, how many of our levels equal
/// the publisher's own.
#[utoipa::path(get, operation_id = "show_thermometer_agreement", path = "/v1/thermometer/agreement", tag = "medicines",
    responses((status = 200, description = "The agreement", body = One<AgreementBody>), (status = 304, description = "Not modified"),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let reply = Envelope::begin(&app, &request, &["thermometer"]).await?;
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let found = app.read_model.thermometer_agreement().await?;
    let (list, published, pooled) = found.ok_or_else(|| Problem::not_found(("la lista", "list"), "thermometer"))?;
    reply.one(AgreementBody::new(&list, published, pooled, app.today()))
}
