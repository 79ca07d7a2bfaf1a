//! `GET /v1/medicines/{cum}/thermometer.svg`: the thermometer as a picture for any page.

use serde::Deserialize;
use utoipa::IntoParams;

use super::show_thermometer;
use crate::{
    draw::Theme,
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        values::{
            choices::{Channel, chosen},
            identifiers::Cum,
            value::texts,
        },
        view::{call_operation, thermometer},
    },
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DrawThermometerQuery {
    /// institutional or commercial; when absent, commercial if the medicine stands there.
    #[param(example = "commercial")]
    channel: Option<Channel>,
    /// light, dark, or auto (default), which follows the reader's setting.
    #[param(example = "light", value_type = Option<String>, pattern = "^(light|dark|auto)$")]
    theme: Option<ThemeName>,
}

texts! {
    ThemeName(Theme), |text| {
        let themes = [("light", Theme::Light), ("dark", Theme::Dark), ("auto", Theme::Auto)];
        let found = themes.into_iter().find(|(name, _)| *name == text);
        chosen(found.map(|(_, theme)| theme), "unknown_theme", themes.map(|(name, _)| name))
    };
}

/// Draw the thermometer of one medicine
///
/// The same as `show_thermometer`, as an SVG image that any page may embed: level as word, shape and colour, quartiles, number of
/// prices, channel and age of the list, with a title and a description for those who cannot see it. The language is that of `lang`.
#[utoipa::path(get, operation_id = "draw_thermometer", path = "/v1/medicines/{cum}/thermometer.svg", tag = "medicines",
    params(("cum" = Cum, Path, description = "CUM in any spelling", example = "90000301-1"), DrawThermometerQuery),
    responses((status = 200, description = "The picture", body = String, content_type = "image/svg+xml"),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let Cum(cum) = request.path("cum")?;
    let query: DrawThermometerQuery = request.query()?;
    let theme = query.theme.map_or(Theme::Auto, |ThemeName(theme)| theme);
    let version = app.read_model.data_version().await?;
    let (is_sample, version) = (!version.sample.among(&["thermometer"]).is_empty(), version.version.to_string());
    let validator = request.validator(&[&version, &app.today().to_string(), env!("CARGO_PKG_VERSION")]);
    if let Some(unchanged) = validator.not_modified() {
        return Ok(unchanged);
    }
    let cum = cum.to_string();
    let channel = query.channel.map_or("", |Channel(channel)| channel.code());
    let question = call_operation::OperationInput { path: &[("cum", &cum)], query: &[("channel", channel)] };
    let reading = call_operation::ask(&app, &request, show_thermometer::handler, question).await?;
    let svg = thermometer::image(&reading["data"], is_sample, request.language, theme).ok_or_else(Problem::internal)?;
    Ok(validator.apply(Answer::bytes("image/svg+xml", svg)))
}
