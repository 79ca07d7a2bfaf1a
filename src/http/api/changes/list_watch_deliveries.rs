//! `GET /v1/watches/{id}/deliveries`: the webhook deliveries of a subscription and their outcome.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::{incoming::Request, pagination::PageParameters},
    response::envelope::Envelope,
    wire::{changes::watch::DeliveryBody, service::meta::Many},
};

/// List the deliveries of a watch
///
/// The messages of a watch, newest first, each with its tries and the last outcome.
#[utoipa::path(get, operation_id = "list_watch_deliveries", path = "/v1/watches/{id}/deliveries", tag = "changes",
    params(("id" = String, Path, description = "As given when it was made", example = "w7Hq2LxV0aB"), PageParameters),
    responses((status = 200, description = "The messages, newest first", content((Many<DeliveryBody> = "application/json"), (String = "text/csv"))),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let id: String = request.path("id")?;
    let page = request.page()?;
    let before: Option<i64> = page.after()?;
    let reply = Envelope::begin(&app, &request, &[]).await?;
    let mut deliveries = app.workflow.list_deliveries(&request.actor()?.principal, &id, before, page.rows_to_fetch()).await?;
    let more = page.cut(&mut deliveries);
    let next = deliveries.last().map(|delivery| delivery.number).filter(|_| more);
    let bodies: Vec<DeliveryBody> = deliveries.iter().map(DeliveryBody::from).collect();
    reply.page(&page, &bodies, next)
}
