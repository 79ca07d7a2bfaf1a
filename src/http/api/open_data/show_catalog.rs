//! `GET /v1/catalog`: the open-data files as a DCAT catalogue.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::{base_url::origin, incoming::Request},
    wire::open_data::export_catalogue::catalogue,
};

/// Show the catalogue of open data
///
/// The newest files as a DCAT 3 catalogue in JSON-LD, which open-data portals harvest: data sets with title and description in Spanish and
/// English, licence, version and schema, and each file with its address, media type, size and SHA-256. Addresses are made with the name
/// under which the catalogue is asked for (`Host`). Titles, descriptions, publisher and licence say where data are this project's invented sample.
#[utoipa::path(get, operation_id = "show_catalog", path = "/v1/catalog", tag = "open_data",
    responses((status = 200, description = "The catalogue", body = serde_json::Value, content_type = "application/ld+json"),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let origin = origin(&request).unwrap_or_else(|| "http://localhost".to_owned());
    let (state, sample) = (app.read_model.exports_state().await?, app.read_model.data_version().await?.sample);
    let kinds = sample.iter().collect::<Vec<_>>().join(",");
    let validator = request.validator(&[&state, &kinds, &origin, env!("CARGO_PKG_VERSION")]);
    if let Some(unchanged) = validator.not_modified() {
        return Ok(unchanged);
    }
    let versions = app.read_model.list_exports().await?;
    let body = serde_json::to_vec(&catalogue(&versions, sample, &origin)).map_err(|error| {
        tracing::error!(%error, "internal error: export catalogue could not be serialised");
        Problem::internal()
    })?;
    Ok(validator.apply(Answer::bytes("application/ld+json", body)))
}
