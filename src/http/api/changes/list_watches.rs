//! `GET /v1/watches`: the webhook subscriptions of the key's principal.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::{incoming::Request, pagination::PageParameters},
    response::envelope::Envelope,
    wire::{changes::watch::WatchBody, service::meta::Many},
};

/// List your watches
///
/// The watches that your keys made, with their state and what has not arrived yet. Only their principal sees them.
#[utoipa::path(get, operation_id = "list_watches", path = "/v1/watches", tag = "changes", params(PageParameters),
    responses((status = 200, description = "The watches, in order of id", content((Many<WatchBody> = "application/json"), (String = "text/csv"))),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let page = request.page()?;
    let after: Option<String> = page.after()?;
    let reply = Envelope::begin(&app, &request, &[]).await?;
    let mut watches = app.workflow.list_watches(&request.actor()?.principal, after, page.rows_to_fetch()).await?;
    let more = page.cut(&mut watches);
    let next = watches.last().map(|watch| watch.id.clone()).filter(|_| more);
    let bodies: Vec<WatchBody> = watches.iter().map(WatchBody::from).collect();
    reply.page(&page, &bodies, next)
}
