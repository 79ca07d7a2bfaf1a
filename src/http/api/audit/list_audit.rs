//! `GET /v1/audit`: what every principal did.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::{incoming::Request, pagination::PageParameters},
        response::envelope::Envelope,
        values::{calendar::Day, choices::NewestFirst, identifiers::Part},
        wire::service::{authority::AuditBody, meta::Many},
    },
    read_model::service::audit::AuditFilter,
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListAuditQuery {
    /// What was done.
    #[param(example = "approve_act_draft", max_length = 100)]
    action: Option<String>,
    /// Part of the name of whoever did it.
    #[param(value_type = Option<String>, max_length = 100)]
    actor: Option<Part>,
    /// The id of what it was done to.
    #[param(example = "c000001", max_length = 200)]
    subject: Option<String>,
    /// The first day, in Colombia.
    #[param(example = "2026-11-01")]
    from: Option<Day>,
    /// The last day, in Colombia.
    #[param(example = "2026-11-30")]
    to: Option<Day>,
    /// Only newest: the newest first.
    #[param(example = "newest", value_type = Option<String>, pattern = "^newest$")]
    sort: Option<NewestFirst>,
}

/// List the audit log
///
/// Who did what, when, why and by which request, in the order of commits. The log is append-only and its positions have no gaps, so a
/// reader who goes on from the last cursor misses nothing, however many write at once. With `sort` the newest entries come first, and the
/// cursor leads back to the first one.
#[utoipa::path(get, operation_id = "list_audit", path = "/v1/audit", tag = "audit", params(ListAuditQuery, PageParameters),
    responses((status = 200, description = "The entries, in order of position", content((Many<AuditBody> = "application/json"), (String = "text/csv"))),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let query: ListAuditQuery = request.query()?;
    let page = request.page()?;
    let after: Option<i64> = page.after()?;
    let filter = AuditFilter {
        action: query.action,
        actor: query.actor.map(|Part(part)| part),
        subject: query.subject,
        from: query.from.map(|Day(day)| day),
        to: query.to.map(|Day(day)| day),
        newest_first: query.sort.is_some(),
    };
    let reply = Envelope::begin(&app, &request, &[]).await?;
    let mut entries = app.read_model.list_audit(&filter, after, page.rows_to_fetch()).await?;
    let more = page.cut(&mut entries);
    // In order of position the log has no last page: later entries follow the cursor after the newest one.
    let next = entries.last().map(|entry| entry.position).filter(|_| more || !filter.newest_first);
    let bodies: Vec<AuditBody> = entries.iter().map(AuditBody::from).collect();
    reply.page(&page, &bodies, next)
}
