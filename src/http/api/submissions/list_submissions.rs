//! `GET /v1/submissions`: the submissions of a reporter, or all.

use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    http::{
        Answer, App,
        base::{
            fault_words::one_of,
            problem::{Problem, Problems},
        },
        request::{incoming::Request, pagination::PageParameters},
        response::envelope::Envelope,
        values::{choices::NewestFirst, identifiers::Nit},
        wire::{service::meta::Many, submissions::submission::SubmissionBody},
    },
    read_model::service::submissions::SubmissionFilter,
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListSubmissionsQuery {
    /// `received`, `validating`, `accepted`, `partly_quarantined` or `refused`.
    #[param(example = "accepted", pattern = "^(received|validating|accepted|partly_quarantined|refused)$")]
    pub state: Option<String>,
    /// NIT of the reporter, with or without its check digit; a reporter finds none but its own.
    #[param(example = "900123456-8")]
    pub reporter: Option<Nit>,
    /// Only newest: the newest first.
    #[param(example = "newest", value_type = Option<String>, pattern = "^newest$")]
    pub sort: Option<NewestFirst>,
}

const STATES: [&str; 5] = ["received", "validating", "accepted", "partly_quarantined", "refused"];

/// List submissions
///
/// Oldest first, or newest first with `sort`: a reporter's own, or all of them for regulators and auditors.
#[utoipa::path(get, operation_id = "list_submissions", path = "/v1/submissions", tag = "submissions", params(ListSubmissionsQuery, PageParameters),
    responses((status = 200, description = "The submissions", content((Many<SubmissionBody> = "application/json"), (String = "text/csv"))),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let query: ListSubmissionsQuery = request.query()?;
    if query.state.as_deref().is_some_and(|state| !STATES.contains(&state)) {
        return Err(Problem::bad_parameter("state", "invalid_value", one_of(STATES)));
    }
    let page = request.page()?;
    let after: Option<(Timestamp, String)> = page.after()?;
    let reply = Envelope::begin(&app, &request, &[]).await?;
    let filter = SubmissionFilter {
        nit: request.actor()?.nit.as_deref(),
        reporter: query.reporter.map(|Nit(nit)| nit.digits()),
        state: query.state.as_deref(),
        newest_first: query.sort.is_some(),
    };
    let mut found = app.read_model.list_submissions(&filter, after, page.rows_to_fetch()).await?;
    let more = page.cut(&mut found);
    let next = found.last().map(|one| (one.received_at, one.id.clone())).filter(|_| more);
    let bodies: Vec<SubmissionBody> = found.iter().map(|one| SubmissionBody::new(one, reply.language)).collect();
    reply.page(&page, &bodies, next)
}
