//! `GET /v1/log/entries`: the leaves of the Merkle log.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::{incoming::Request, pagination::PageParameters},
    response::envelope::Envelope,
    values::numbers::Whole,
    wire::service::{log::LogEntryBody, meta::Many},
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListLogEntriesQuery {
    /// Desde qué hoja: index of the first leaf, from 0.
    #[param(minimum = 0, maximum = 1_000_000_000, default = 0, value_type = Option<u32>)]
    pub from: Option<Whole<0, 1_000_000_000>>,
}

/// List the leaves of the log
///
/// The exact content of each leaf, in order of its index. Nothing private is in it: a receipt, an audit entry and what reporters sent are
/// there as hashes. The log has no last page: later leaves follow the cursor after the newest one.
#[utoipa::path(get, operation_id = "list_log_entries", path = "/v1/log/entries", tag = "log", params(ListLogEntriesQuery, PageParameters),
    responses((status = 200, description = "The leaves, in order", content((Many<LogEntryBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let query: ListLogEntriesQuery = request.query()?;
    let page = request.page()?;
    let after: Option<i64> = page.after()?;
    let reply = Envelope::begin(&app, &request, &[]).await?.by_content(&request);
    let from = after.map_or(query.from.map_or(0, |Whole(from)| i64::from(from)), |after| after.saturating_add(1));
    let mut entries = app.read_model.log_entries(from, page.rows_to_fetch()).await?;
    page.cut(&mut entries);
    let next = entries.last().map(|entry| entry.index);
    let bodies: Vec<LogEntryBody> = entries.iter().map(LogEntryBody::from).collect();
    reply.page(&page, &bodies, next)
}
