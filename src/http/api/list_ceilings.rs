//! `GET /v1/medicines/{cum}/ceilings`: the ceilings in force on a day.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    domain::cum::Cum,
    http::{
        Answer, App,
        asked::{day, instant},
        envelope::Envelope,
        problem::Problem,
        request::Request,
        unknown_medicine::unknown_medicine,
        wire::{
            medicine::{Ceiling, NotBound, places},
            meta::Meta,
        },
    },
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Query {
    /// The day whose law is asked for; today in Bogotá when absent.
    #[param(example = "2020-06-15")]
    pub as_of: Option<String>,
    /// Answer only from what this service knew at that instant (RFC 3339).
    pub known_at: Option<String>,
}

/// The ceilings of one medicine, and the places they do not bind.
#[derive(Debug, Serialize, ToSchema)]
pub struct CeilingList {
    /// One entry per place of sale (channel and stage) that a ceiling binds.
    pub data: Vec<Ceiling>,
    /// The other places, each with the reason.
    pub not_bound: Vec<NotBound>,
    pub meta: Meta,
}

/// List the ceilings that bind one medicine
///
/// For each place of sale (channel and stage) the ceiling in force on a day, with act, unit price, IPS margin, validity and the row of
/// the published list it was read from. Places without a ceiling stand in `not_bound` with the reason: at the counter of a pharmacy
/// there usually is none.
#[utoipa::path(get, operation_id = "list_ceilings", path = "/v1/medicines/{cum}/ceilings", tag = "medicines",
    params(("cum" = String, Path, description = "CUM in any spelling", example = "19914312-20"), Query),
    responses((status = 200, description = "The ceilings (as CSV only those in `data`)", content((CeilingList = "application/json"), (String = "text/csv"))), (status = 304, description = "Not modified"),
        (status = "4XX", description = "Malformed or unknown", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "Try again", body = Problem, content_type = "application/problem+json")))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let cum: Cum = request.path("cum")?;
    let query: Query = request.query()?;
    let (as_of, known_at) = (day(&app, query.as_of.as_deref())?, instant(&app, query.known_at.as_deref())?);
    let reply = Envelope::begin(&app, &request, &["ceilings", "catalogue"]).await?.as_of(as_of).known_at(known_at);
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let Some(view) = app.read_model.ceilings(cum, as_of, known_at).await? else { return Err(unknown_medicine(&app, cum).await) };
    let (data, not_bound) = places(&view, reply.language);
    reply.list_with(&data, |meta| CeilingList { data: data.clone(), not_bound, meta })
}
