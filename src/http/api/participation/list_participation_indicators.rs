//! `GET /v1/participation/indicators`: inform, consult, involve, collaborate, empower.

use crate::{
    domain::participation::indicators::ladder,
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        response::envelope::Envelope,
        wire::{participation::indicators::IndicatorBody, service::meta::Many},
    },
};

/// List the ladder of participation
///
/// Inform, consult, involve, collaborate, empower: each indicator with its numerator, denominator and definition. Zero is a figure; null says that it cannot be counted.
#[utoipa::path(get, operation_id = "list_participation_indicators", path = "/v1/participation/indicators", tag = "participation",
    responses((status = 200, description = "All rows", content((Many<IndicatorBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let reply = Envelope::begin(&app, &request, &[]).await?.by_content(&request);
    let items = app.read_model.participation_items().await?;
    let rows: Vec<IndicatorBody> =
        ladder(&items, app.today()).iter().map(|row| IndicatorBody::shown(row, request.language)).collect();
    reply.many(&rows)
}
