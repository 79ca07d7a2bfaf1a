//! `GET /v1/territories`: departments, and the municipalities that are the seats of departments.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    wire::{price_reports::statistic::TerritoryBody, service::meta::Many},
};

/// List departments and their seats
///
/// Codes of DANE (DIVIPOLA), transcribed without the official file at hand. Other municipalities are known by their department and their code.
#[utoipa::path(get, operation_id = "list_territories", path = "/v1/territories", tag = "price_reports",
    responses((status = 200, description = "By code", content((Many<TerritoryBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let reply = Envelope::begin(&app, &request, &[]).await?.by_content(&request);
    let territories = app.read_model.territories().await?;
    let bodies: Vec<TerritoryBody> = territories.iter().map(TerritoryBody::from).collect();
    reply.many(&bodies)
}
