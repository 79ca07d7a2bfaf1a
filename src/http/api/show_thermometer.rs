//! `GET /v1/medicines/{cum}/thermometer`: is this medicine's price low, normal or high?

use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    domain::{channel::Channel, cum::Cum},
    http::{
        Answer, App,
        asked::day,
        problem::Problem,
        envelope::Envelope,
        request::Request,
        wire::{meta::Many, thermometer::Thermometer},
    },
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Query {
    /// institutional or commercial; both when absent.
    #[param(example = "commercial")]
    pub channel: Option<String>,
    /// The day the age of the list is told for; today in Bogotá when absent.
    pub as_of: Option<String>,
}

/// Show the thermometer of one medicine
///
/// Where the medicine's price stands among those of the same concentration, dispensing unit and channel in the newest published list:
/// low, normal or high, with the quartiles and every comparator. With no comparators it says so. This is a comparison, not a legal
/// verdict.
#[utoipa::path(get, operation_id = "show_thermometer", path = "/v1/medicines/{cum}/thermometer", tag = "medicines",
    params(("cum" = String, Path, description = "CUM in any spelling", example = "90000301-1"), Query),
    responses((status = 200, description = "One reading per channel; none when no list has the medicine", body = Many<Thermometer>),
        (status = 304, description = "Not modified"),
        (status = "4XX", description = "Malformed or unknown", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "Try again", body = Problem, content_type = "application/problem+json")))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let cum: Cum = request.path("cum")?;
    let query: Query = request.query()?;
    let as_of = day(&app, query.as_of.as_deref())?;
    let channel = query.channel.as_deref().map(channel).transpose()?;
    let reply = Envelope::begin(&app, &request, &["thermometer"]).await?.as_of(as_of);
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let readings = app.read_model.thermometer_of(cum, channel).await?;
    if readings.is_none() && app.read_model.show_medicine(cum).await?.is_none() {
        return Err(Problem::not_found(("el medicamento con CUM", "medicine with CUM"), cum));
    }
    let bodies: Vec<Thermometer> = readings.unwrap_or_default().iter().map(Thermometer::new).collect();
    reply.many(&bodies)
}

pub fn channel(text: &str) -> Result<Channel, Problem> {
    text.parse().map_err(|()| Problem::bad_parameter("channel", "unknown_channel", "institutional or commercial"))
}
