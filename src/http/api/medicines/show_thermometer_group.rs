//! `GET /v1/thermometer`: the distribution of one comparison group.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    values::choices::Channel,
    wire::{medicines::thermometer::Thermometer, service::meta::One},
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ShowThermometerGroupQuery {
    /// Concentration as published; case and accents forgiven.
    #[param(example = "Losartan 50 mg")]
    pub concentration: String,
    /// Dispensing unit as published; case and accents forgiven.
    #[param(example = "Tableta")]
    pub unit: String,
    /// institutional or commercial.
    #[param(example = "institutional")]
    pub channel: Channel,
}

/// Show the thermometer of a group
///
/// Every price of the newest published list for one concentration, dispensing unit and channel, with quartiles and levels.
#[utoipa::path(get, operation_id = "show_thermometer_group", path = "/v1/thermometer", tag = "medicines", params(ShowThermometerGroupQuery),
    responses((status = 200, description = "The group", body = One<Thermometer>), (status = 304, description = "Not modified"),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let query: ShowThermometerGroupQuery = request.query()?;
    let Channel(channel) = query.channel;
    let reply = Envelope::begin_of_lists(&app, &request, &["thermometer"]).await?;
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let reading = app.read_model.thermometer_group(&query.concentration, &query.unit, channel).await?;
    let what = format!("{} / {} / {channel}", query.concentration, query.unit);
    let reading = reading.ok_or_else(|| Problem::not_found(("el grupo del termómetro", "thermometer group"), what))?;
    reply.one(Thermometer::new(&reading, app.today()))
}
