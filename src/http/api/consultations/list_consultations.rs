//! `GET /v1/consultations`: drafts of acts that are or were open for comments.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::{incoming::Request, pagination::PageParameters},
    response::envelope::Envelope,
    values::consultations::ConsultationState,
    wire::{consultations::consultation::ConsultationBody, service::meta::Many},
};

/// Filter of consultations; without it, all.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ConsultationParameters {
    /// open, answering, answered or cancelled.
    #[param(example = "open")]
    state: Option<ConsultationState>,
}

/// List consultations
///
/// Each with its last day, the comments on it and how many wait for a reply.
#[utoipa::path(get, operation_id = "list_consultations", path = "/v1/consultations", tag = "consultations", params(ConsultationParameters, PageParameters),
    responses((status = 200, description = "Consultations, in order of id", content((Many<ConsultationBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let state = request.query::<ConsultationParameters>()?.state.map(|ConsultationState(state)| state);
    let page = request.page()?;
    let after: Option<String> = page.after()?;
    let reply = Envelope::begin(&app, &request, &[]).await?.by_content(&request);
    let today = app.today();
    let mut found = app.read_model.list_consultations().await?;
    found.retain(|one| {
        after.as_ref().is_none_or(|after| one.draft > *after) && state.is_none_or(|state| one.state(today) == state)
    });
    let more = page.cut(&mut found) && page.limit > 0;
    let next = found.last().map(|one| one.draft.clone()).filter(|_| more);
    let bodies: Vec<ConsultationBody> = found.iter().map(|one| ConsultationBody::shown(one, today, request.language)).collect();
    reply.page(&page, &bodies, next)
}
