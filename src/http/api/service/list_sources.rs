//! `GET /v1/sources`: every imported file.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::{incoming::Request, pagination::PageParameters},
    response::envelope::Envelope,
    wire::service::{meta::Many, source::SourceBody},
};

/// List the imported files
///
/// Each file with its SHA-256, layout, licence, and what became of its rows: read = accepted + quarantined + refused, always.
#[utoipa::path(get, operation_id = "list_sources", path = "/v1/sources", tag = "service", params(PageParameters),
    responses((status = 200, description = "The files, in order of import", content((Many<SourceBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let page = request.page()?;
    let after: Option<i64> = page.after()?;
    let reply = Envelope::begin(&app, &request, &["ceilings", "sismed", "thermometer", "catalogue"]).await?;
    if let Some(unchanged) = reply.page_not_modified() {
        return Ok(unchanged);
    }
    let mut files = app.read_model.list_sources(after, page.rows_to_fetch()).await?;
    let more = page.cut(&mut files);
    let next = files.last().map(|file| file.id).filter(|_| more);
    let bodies: Vec<SourceBody> = files.iter().map(SourceBody::from).collect();
    reply.page(&page, &bodies, next)
}
