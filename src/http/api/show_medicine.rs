//! `GET /v1/medicines/{cum}`: one presentation and what binds it today.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    domain::cum::Cum,
    http::{
        Answer, App,
        asked::{day, instant},
        problem::Problem,
        envelope::Envelope,
        request::Request,
        unknown_medicine::unknown_medicine,
        wire::{
            medicine::{Medicine, MedicineDetail, places},
            meta::One,
        },
    },
};

/// What its answers are read from.
pub const SOURCES: [&str; 3] = ["catalogue", "ceilings", "sismed"];

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Query {
    /// The day whose law is asked for; today in Bogotá when absent.
    #[param(example = "2020-06-15")]
    pub as_of: Option<String>,
    /// Answer only from what this service knew at that instant (RFC 3339).
    pub known_at: Option<String>,
}

/// Show one medicine
///
/// One commercial presentation by its CUM: what it is, which market it belongs to, and which ceilings bind it on a day.
#[utoipa::path(get, operation_id = "show_medicine", path = "/v1/medicines/{cum}", tag = "medicines",
    params(("cum" = String, Path, description = "CUM in any spelling", example = "19914312-20"), Query),
    responses((status = 200, description = "The medicine", body = One<MedicineDetail<'static>>), (status = 304, description = "Not modified"),
        (status = "4XX", description = "Malformed or unknown", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "Try again", body = Problem, content_type = "application/problem+json")))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let cum: Cum = request.path("cum")?;
    let query: Query = request.query()?;
    let (as_of, known_at) = (day(&app, query.as_of.as_deref())?, instant(&app, query.known_at.as_deref())?);
    let reply = Envelope::begin(&app, &request, &SOURCES).await?.as_of(as_of).known_at(known_at);
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let Some(medicine) = app.read_model.show_medicine(cum).await? else { return Err(unknown_medicine(&app, cum).await) };
    let Some(view) = app.read_model.ceilings(cum, as_of, known_at).await? else { return Err(unknown_medicine(&app, cum).await) };
    let (ceilings, not_bound) = places(&view, reply.language);
    reply.one(MedicineDetail { medicine: &Medicine::from(&medicine), ceilings: &ceilings, not_bound: &not_bound })
}
