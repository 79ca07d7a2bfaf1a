//! `GET /v1/audit`: what every principal did.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::{incoming::Request, pagination::PageParameters},
    response::envelope::Envelope,
    wire::service::{authority::AuditBody, meta::Many},
};

/// List the audit log
///
/// Who did what, when, why and by which request, in the order of commits. The log is append-only and its positions have no gaps, so a
/// reader who goes on from the last cursor misses nothing, however many write at once.
#[utoipa::path(get, operation_id = "list_audit", path = "/v1/audit", tag = "audit", params(PageParameters),
    responses((status = 200, description = "The entries, in order of position", content((Many<AuditBody> = "application/json"), (String = "text/csv"))),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let page = request.page()?;
    let after: Option<i64> = page.after()?;
    let reply = Envelope::begin(&app, &request, &[]).await?;
    let mut entries = app.read_model.list_audit(after, page.rows_to_fetch()).await?;
    page.cut(&mut entries);
    // The log has no last page: later entries follow the cursor after the newest one.
    let next = entries.last().map(|entry| entry.position);
    let bodies: Vec<AuditBody> = entries.iter().map(AuditBody::from).collect();
    reply.page(&page, &bodies, next)
}
