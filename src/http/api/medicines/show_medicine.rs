//! `GET /v1/medicines/{cum}`: one presentation and the ceilings that bind it today.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    params::as_of::AsOf,
    request::incoming::Request,
    response::{envelope::Envelope, unknown_medicine::unknown_medicine},
    values::identifiers::Cum,
    wire::{
        medicines::medicine::{Medicine, MedicineDetail, places},
        service::meta::One,
    },
};

/// The kinds of source that its answers use.
pub const SOURCES: [&str; 3] = ["catalogue", "ceilings", "sismed"];

/// Show one medicine
///
/// One commercial presentation by its CUM: what it is, which market it belongs to, and which ceilings bind it on a day.
#[utoipa::path(get, operation_id = "show_medicine", path = "/v1/medicines/{cum}", tag = "medicines",
    params(("cum" = Cum, Path, description = "CUM in any spelling", example = "19914312-20"), AsOf),
    responses((status = 200, description = "The medicine", body = One<MedicineDetail<'static>>), (status = 304, description = "Not modified"),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let Cum(cum) = request.path("cum")?;
    let (as_of, known_at) = request.query::<AsOf>()?.read(&app)?;
    let (version, medicine) = app.read_model.show_medicine(cum).await?;
    let reply = Envelope::of(&app, &request, &SOURCES, version.of_lists()).with_as_of(as_of).known_at(known_at);
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let Some(medicine) = medicine else { return Err(unknown_medicine(&app, cum).await) };
    let view = app.read_model.ceilings(cum, as_of, known_at, &version).await?;
    let Some(view) = view else { return Err(unknown_medicine(&app, cum).await) };
    let (ceilings, not_bound) = places(&view, reply.language);
    reply.one(MedicineDetail { medicine: &Medicine::new(cum, &medicine), ceilings: &ceilings, not_bound: &not_bound })
}
