//! `GET /v1/act-drafts`: the drafts of acts.

use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::{
    Answer, App,
    base::{
        fault_words::one_of,
        problem::{Problem, Problems},
    },
    request::{incoming::Request, pagination::PageParameters},
    response::envelope::Envelope,
    wire::{acts::act_draft::DraftBody, service::meta::Many},
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListActDraftsQuery {
    /// `draft`, `approved`, `published` or `withdrawn`.
    #[param(example = "draft", pattern = "^(draft|approved|published|withdrawn)$")]
    pub state: Option<String>,
}

/// List the drafts of acts
///
/// Oldest first, with who contributed to each and who approved it.
#[utoipa::path(get, operation_id = "list_act_drafts", path = "/v1/act-drafts", tag = "acts", params(ListActDraftsQuery, PageParameters),
    responses((status = 200, description = "The drafts", content((Many<DraftBody> = "application/json"), (String = "text/csv"))),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let query: ListActDraftsQuery = request.query()?;
    let known = ["draft", "approved", "published", "withdrawn"];
    if query.state.as_deref().is_some_and(|state| !known.contains(&state)) {
        return Err(Problem::bad_parameter("state", "invalid_value", one_of(known)));
    }
    let page = request.page()?;
    let after: Option<(Timestamp, String)> = page.after()?;
    let reply = Envelope::begin(&app, &request, &[]).await?;
    let mut drafts = app.read_model.list_act_drafts(query.state.as_deref(), after, page.rows_to_fetch()).await?;
    let more = page.cut(&mut drafts);
    let next = drafts.last().map(|draft| (draft.drafted_at, draft.id.clone())).filter(|_| more);
    let bodies: Vec<DraftBody> = drafts.iter().map(DraftBody::from).collect();
    reply.page(&page, &bodies, next)
}
