//! `GET /v1/sources/{sha256}/faults`: the rejected rows of a file.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::{incoming::Request, pagination::PageParameters},
    response::envelope::Envelope,
    values::identifiers::Sha256,
    wire::service::{meta::Many, source::FaultBody},
};

/// List the rejected rows of one file
///
/// Every row that was quarantined (a data row that cannot be used) or refused (no data), with line, column, value and reason. As CSV it
/// is the file to send back to the publisher.
#[utoipa::path(get, operation_id = "list_source_faults", path = "/v1/sources/{sha256}/faults", tag = "service",
    params(("sha256" = Sha256, Path, description = "SHA-256 of the file, from the list of sources",
        example = "d7a3da4d802b966098e07b608e4ef61f844912e15ef21e51bfe4b0308729c9ba"), PageParameters),
    responses((status = 200, description = "The rejected rows", content((Many<FaultBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let Sha256(sha256) = request.path("sha256")?;
    let page = request.page()?;
    let after: Option<i64> = page.after()?;
    let reply = Envelope::begin(&app, &request, &["ceilings", "sismed", "thermometer", "catalogue"]).await?;
    if let Some(unchanged) = reply.page_not_modified() {
        return Ok(unchanged);
    }
    let found = app.read_model.source_faults(&sha256, None, after, page.rows_to_fetch()).await?;
    let (_, mut faults) = found.ok_or_else(|| Problem::not_found(("el archivo", "file"), &sha256))?;
    let more = page.cut(&mut faults);
    let next = faults.last().map(|fault| fault.ordinal).filter(|_| more);
    let bodies: Vec<FaultBody> = faults.iter().map(|fault| FaultBody::new(fault, reply.language)).collect();
    reply.page(&page, &bodies, next)
}
