//! `GET /v1/consultations/{id}/report`: every comment with its answer, in the form of the Commission's own table.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::{incoming::Request, pagination::PageParameters},
    response::envelope::Envelope,
    values::consultations::ConsultationId,
    wire::{consultations::comment::ReportRowBody, service::meta::Many},
};

/// Show the table of comments and answers
///
/// No., sender, line, comment, answer, and what changed because of it. What stays back or was withdrawn keeps its number.
#[utoipa::path(get, operation_id = "show_consultation_report", path = "/v1/consultations/{id}/report", tag = "consultations",
    params(("id" = ConsultationId, Path, description = "That of the draft", example = "d7Hq2LxV0aB"), PageParameters),
    responses((status = 200, description = "The table, in the order in which comments came", content((Many<ReportRowBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let ConsultationId(id) = request.path("id")?;
    let page = request.page()?;
    let after: Option<i64> = page.after()?;
    let reply = Envelope::begin(&app, &request, &[]).await?.by_content(&request);
    if app.read_model.find_consultation(&id).await?.is_none() {
        return Err(Problem::not_found(("la consulta", "consultation"), &id));
    }
    let mut rows = app.read_model.consultation_report(&id, after, page.rows_to_fetch()).await?;
    let more = page.cut(&mut rows);
    let next = rows.last().map(|row| row.number).filter(|_| more);
    let bodies: Vec<ReportRowBody> = rows.iter().map(|row| ReportRowBody::of(&id, row)).collect();
    reply.page(&page, &bodies, next)
}
