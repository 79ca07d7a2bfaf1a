//! `GET /v1/acts/{id}/diff/{other}`: what changes from one act to another.

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        response::envelope::Envelope,
        values::identifiers::ActId,
        wire::{acts::act::ActDiffBody, service::meta::One},
    },
    read_model::acts::act::Compared,
};

/// Compare two acts
///
/// Ceilings added, removed, raised and lowered from the first act to the second, with percent. Applying the difference to the first
/// act's ceilings gives exactly those of the second.
///
/// Where one of them amends the other (`amends` of the act), only the presentations and columns that the amendment states are compared: all else stays as
/// the amended act has it and is counted in `amendment`, and applying the difference gives the act as amended. A list that is consolidated states each
/// presentation under one act only: what the amended act had there before may then be in no list, and counts as `added`.
///
/// An act whose list is not held here (`list_held` of the act is not `true`, unless it is known to set no ceilings) is answered with 404 and says so.
#[utoipa::path(get, operation_id = "diff_acts", path = "/v1/acts/{id}/diff/{other}", tag = "acts",
    params(("id" = ActId, Path, description = "The act before", example = "circular-10-2020"),
        ("other" = ActId, Path, description = "The act after", example = "circular-04-2016")),
    responses((status = 200, description = "The difference", body = One<ActDiffBody>), (status = 304, description = "Not modified"),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let (ActId(before), ActId(after)) = (request.path("id")?, request.path("other")?);
    let reply = Envelope::begin(&app, &request, &["ceilings"]).await?;
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let comparison = app.read_model.diff_acts(before.as_str(), after.as_str()).await?;
    let comparison = match comparison {
        Compared::Known(comparison) => comparison,
        Compared::Unknown => {
            let both = format!("{} / {}", before.as_str(), after.as_str());
            return Err(Problem::not_found(("el acto", "act"), both));
        }
        Compared::ListNotHeld(act) => {
            return Err(Problem::not_found(("el acto", "act"), &act).with_detail((
                format!("no tenemos la lista de precios del acto «{act}»: no se puede comparar"),
                format!("we do not hold the list of prices of the act \"{act}\": it cannot be compared"),
            )));
        }
    };
    reply.one(ActDiffBody::new(before.as_str(), after.as_str(), &comparison))
}
