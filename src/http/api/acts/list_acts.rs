//! `GET /v1/acts`: the acts of the pricing commission.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::{incoming::Request, pagination::PageParameters},
    response::envelope::Envelope,
    wire::{acts::act::ActBody, service::meta::Many},
};

/// List the acts of the pricing commission
///
/// Every act known, with citation, validity, what repeals it, and how many ceilings imported lists state under it. What is not confirmed
/// by an official source says so. `standing` says whether it is in force today; `list_held` tells an act without ceilings from one whose list is not
/// held here.
#[utoipa::path(get, operation_id = "list_acts", path = "/v1/acts", tag = "acts", params(PageParameters),
    responses((status = 200, description = "The acts, in order of id", content((Many<ActBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let page = request.page()?;
    let after: Option<String> = page.after()?;
    let reply = Envelope::begin(&app, &request, &["ceilings"]).await?;
    if let Some(unchanged) = reply.page_not_modified() {
        return Ok(unchanged);
    }
    let mut acts = app.read_model.list_acts(after, page.rows_to_fetch()).await?;
    let more = page.cut(&mut acts);
    let next = acts.last().map(|act| act.id.clone()).filter(|_| more);
    let today = app.today();
    let bodies: Vec<ActBody> = acts.iter().map(|act| ActBody::new(act, reply.language, today)).collect();
    reply.page(&page, &bodies, next)
}
