//! `GET /v1/reporters`: who owes reports.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::{incoming::Request, pagination::PageParameters},
    response::envelope::Envelope,
    wire::{service::meta::Many, submissions::compliance::ReporterBody},
};

/// List the reporters
///
/// Every company that owes reports here, since when, and how many of its submissions were accepted.
#[utoipa::path(get, operation_id = "list_reporters", path = "/v1/reporters", tag = "compliance", params(PageParameters),
    responses((status = 200, description = "The reporters, in order of NIT", content((Many<ReporterBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let page = request.page()?;
    let after: Option<String> = page.after()?;
    // Reporters are created with their keys, not with new data.
    let reply = Envelope::begin(&app, &request, &[]).await?.by_content(&request);
    let mut reporters = app.read_model.list_reporters(after, page.rows_to_fetch()).await?;
    let more = page.cut(&mut reporters);
    let next = reporters.last().map(|reporter| reporter.nit.clone()).filter(|_| more);
    let bodies: Vec<ReporterBody> = reporters.iter().map(ReporterBody::from).collect();
    reply.page(&page, &bodies, next)
}
