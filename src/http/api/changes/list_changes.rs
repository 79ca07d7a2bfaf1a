//! `GET /v1/changes`: every change of a ceiling or a product, in the order in which it became known.

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        params::change_filter::ChangeParameters,
        request::{incoming::Request, pagination::PageParameters},
        response::envelope::Envelope,
        wire::{changes::change::ChangeBody, service::meta::Many},
    },
    read_model::service::changes::ChangeFilter,
};

/// List what changed
///
/// Each ceiling or product that came, changed or went: why, by which act, from which day, and what it was before. The order is total and
/// the list is append-only: a reader who goes on from the last cursor misses nothing, and one who reads from the beginning and keeps for
/// each `key` its newest `…_after` holds the current table of ceilings and products. There is no last page: the cursor after the newest
/// change is where tomorrow's begin.
#[utoipa::path(get, operation_id = "list_changes", path = "/v1/changes", tag = "changes", params(ChangeParameters, PageParameters),
    responses((status = 200, description = "The changes, in order of position", content((Many<ChangeBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let mut filter = ChangeFilter::from(request.query::<ChangeParameters>()?);
    let page = request.page()?;
    filter.after = page.after::<i64>()?.unwrap_or(filter.after).max(filter.after);
    let reply = Envelope::begin(&app, &request, &["ceilings", "catalogue", "sismed"]).await?;
    if let Some(unchanged) = reply.page_not_modified() {
        return Ok(unchanged);
    }
    let mut changes = app.read_model.list_changes(&filter, page.rows_to_fetch()).await?;
    page.cut(&mut changes);
    let next = changes.last().map(|change| change.position);
    let bodies: Vec<ChangeBody> =
        changes.iter().map(|change| ChangeBody::new(change, reply.language)).collect::<Result<_, _>>()?;
    reply.page(&page, &bodies, next)
}
