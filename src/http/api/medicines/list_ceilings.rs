//! `GET /v1/medicines/{cum}/ceilings`: the ceilings in force on a day.

use serde::Serialize;
use utoipa::ToSchema;

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    params::as_of::AsOf,
    request::incoming::Request,
    response::{envelope::Envelope, unknown_medicine::unknown_medicine},
    values::identifiers::Cum,
    wire::{
        medicines::medicine::{Ceiling, NotBound, places},
        service::meta::Meta,
    },
};

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
    params(("cum" = Cum, Path, description = "CUM in any spelling", example = "19914312-20"), AsOf),
    responses((status = 200, description = "The ceilings (as CSV only those in `data`)", content((CeilingList = "application/json"), (String = "text/csv"))), (status = 304, description = "Not modified"),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let Cum(cum) = request.path("cum")?;
    let (as_of, known_at) = request.query::<AsOf>()?.read(&app)?;
    let reply = Envelope::begin_of_lists(&app, &request, &["ceilings", "catalogue"]).await?.with_as_of(as_of).known_at(known_at);
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let view = app.read_model.ceilings(cum, as_of, known_at, reply.version()).await?;
    let Some(view) = view else { return Err(unknown_medicine(&app, cum).await) };
    let (data, not_bound) = places(&view, reply.language);
    reply.list_with(&data, |meta| CeilingList { data: data.clone(), not_bound, meta })
}
