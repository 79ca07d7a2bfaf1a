//! `GET /v1/thermometer/agreement`: how far our levels agree with the published ones.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::{
    App,
    problem::Problem,
    reply::{Reply, Response},
    request::Request,
    wire::{meta::One, thermometer::AgreementBody},
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// es or en.
    pub lang: Option<String>,
    /// json or csv.
    pub format: Option<String>,
}

/// Compare our levels with the published labels
///
/// The rule of the thermometer was recovered from published labels. This says, over the whole newest list, how many of our levels equal
/// the publisher's own.
#[utoipa::path(get, operation_id = "show_thermometer_agreement", path = "/v1/thermometer/agreement", tag = "medicines", params(Query),
    responses((status = 200, description = "The agreement", body = One<AgreementBody>), (status = 304, description = "Not modified"),
        (status = "4XX", description = "Malformed, or no list imported", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "Try again", body = Problem, content_type = "application/problem+json")))]
pub async fn handler(app: App, request: Request) -> Result<Response, Problem> {
    let _: Query = request.query()?;
    let reply = Reply::begin(&app, &request, &["thermometer"]).await?;
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let found = app.read_model.thermometer_agreement().await?;
    let (list, agreement) = found.ok_or_else(|| Problem::unknown("thermometer", "list imported yet"))?;
    Ok(reply.one(AgreementBody::new(&list, agreement)))
}
