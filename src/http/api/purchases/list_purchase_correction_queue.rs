//! `GET /v1/purchase-correction-queue`: corrections that wait for an answer of the authority.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    wire::{purchases::correction::CorrectionBody, service::meta::Many},
};

/// At once: the others come after these.
const ROWS_MAX: i64 = 500;

/// List the corrections that wait for an answer
///
/// What is due first stands first. With their words. The first 500.
#[utoipa::path(get, operation_id = "list_purchase_correction_queue", path = "/v1/purchase-correction-queue", tag = "purchases",
    responses((status = 200, description = "The corrections", content((Many<CorrectionBody> = "application/json"), (String = "text/csv"))), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let reply = Envelope::begin(&app, &request, &[]).await?;
    let corrections = app.read_model.correction_queue(ROWS_MAX).await?;
    let bodies: Vec<CorrectionBody> = corrections.iter().map(CorrectionBody::whole).collect();
    reply.many(&bodies)
}
