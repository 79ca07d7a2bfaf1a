//! `GET /v1/feeds/{name}/runs`: the readings of one data set.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::{incoming::Request, pagination::PageParameters},
    response::envelope::Envelope,
    values::identifiers::FeedName,
    wire::service::{feed::FeedRunBody, meta::Many},
};

/// List the readings of one data set
///
/// Newest first: where it was read, what the publisher said, the SHA-256 of the file that was made of it, and what came of it.
#[utoipa::path(get, operation_id = "list_feed_runs", path = "/v1/feeds/{name}/runs", tag = "service",
    params(("name" = FeedName, Path, description = "As the list of feeds has it", example = "ceilings"), PageParameters),
    responses((status = 200, description = "The runs, newest first", content((Many<FeedRunBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let FeedName(name) = request.path("name")?;
    let page = request.page()?;
    let before: Option<i64> = page.after()?;
    let reply = Envelope::begin(&app, &request, &[]).await?.by_content(&request);
    let found = app.read_model.list_feed_runs(&name, before, page.rows_to_fetch()).await?;
    let mut runs = found.ok_or_else(|| Problem::not_found(("el conjunto de datos", "data set"), &name))?;
    let more = page.cut(&mut runs);
    let next = runs.last().map(|run| run.id).filter(|_| more);
    let bodies: Vec<FeedRunBody> = runs.iter().map(|run| FeedRunBody::new(run, reply.language)).collect();
    reply.page(&page, &bodies, next)
}
