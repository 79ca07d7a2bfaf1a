//! `GET /v1/purchase-quality`: how well lines of purchases are described and read.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    wire::{purchases::quality::PurchaseQualityBody, service::meta::One},
};

/// Show how well purchases are read
///
/// How many lines say what was bought, how many have a verdict, how many are implausible and why; and, of the lines that people labelled, how often the
/// true product lies among the candidates, with Wilson's interval of 95 %.
#[utoipa::path(get, operation_id = "show_purchase_quality", path = "/v1/purchase-quality", tag = "purchases",
    responses((status = 200, description = "The counts", body = One<PurchaseQualityBody>), (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let sources = ["tvec_items", "tvec_orders", "ceilings", "catalogue"];
    let reply = Envelope::begin(&app, &request, &sources).await?.by_content(&request);
    reply.one(PurchaseQualityBody::from(&*app.read_model.purchase_quality().await?))
}
