//! `GET /v1/act-drafts/{id}/ceilings`: the ceilings of a draft, row by row.

use crate::{
    domain::{identifier::cum::Cum, law::channel::CeilingColumn},
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::{incoming::Request, pagination::PageParameters},
        response::envelope::Envelope,
        wire::{acts::act_draft::DraftCeilingBody, service::meta::Many},
    },
};

/// List the ceilings of a draft
///
/// In order of presentation and column: what an approver reads before approving.
#[utoipa::path(get, operation_id = "list_draft_ceilings", path = "/v1/act-drafts/{id}/ceilings", tag = "acts",
    params(("id" = String, Path, description = "As given when it was drafted", example = "d7Hq2LxV0aB"), PageParameters),
    responses((status = 200, description = "The ceilings", content((Many<DraftCeilingBody> = "application/json"), (String = "text/csv"))),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let id: String = request.path("id")?;
    let page = request.page()?;
    let after: Option<(i32, i32, String)> = page.after()?;
    let after = after.and_then(|(expediente, consecutive, column)| {
        Some((Cum::new(expediente, consecutive), column.parse::<CeilingColumn>().ok()?))
    });
    let reply = Envelope::begin(&app, &request, &[]).await?;
    if app.read_model.show_act_draft(&id).await?.is_none() {
        return Err(Problem::not_found(("el borrador", "draft"), &id));
    }
    let mut rows = app.read_model.act_draft_ceilings(&id, after, page.rows_to_fetch()).await?;
    let more = page.cut(&mut rows);
    let next = rows.last().map(|row| (row.cum.expediente, row.cum.consecutive, row.column.code())).filter(|_| more);
    let bodies: Vec<DraftCeilingBody> = rows.iter().map(DraftCeilingBody::from).collect();
    reply.page(&page, &bodies, next)
}
