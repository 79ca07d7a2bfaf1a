//! `GET /v1/acts/{id}`: one act and the lists that state its ceilings.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    values::identifiers::ActId,
    wire::{acts::act::ActDetail, service::meta::One},
};

/// Show one act
///
/// Citation, validity, what it repeals and amends and what repeals and amends it, the imported lists that state its ceilings, and how each of its
/// publications here came about: persons are numbered; only principals who may read drafts see their names.
#[utoipa::path(get, operation_id = "show_act", path = "/v1/acts/{id}", tag = "acts",
    params(("id" = ActId, Path, description = "As in the list of acts", example = "circular-10-2020")),
    responses((status = 200, description = "The act", body = One<ActDetail>), (status = 304, description = "Not modified"),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let ActId(id) = request.path("id")?;
    let reply = Envelope::begin(&app, &request, &["ceilings"]).await?;
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let act = app.read_model.show_act(id.as_str()).await?;
    let act = act.ok_or_else(|| Problem::not_found(("el acto", "act"), id.as_str()))?;
    reply.one(ActDetail::new(&act, reply.language, app.today()))
}
