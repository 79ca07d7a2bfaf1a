//! `GET /v1/petitions`: petitions, with their state, supports and term.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::{incoming::Request, pagination::PageParameters},
    response::envelope::Envelope,
    values::{choices::PetitionState, identifiers::Cum},
    wire::{participation::petition::PetitionBody, service::meta::Many},
};

const SIMILAR_MAX: i64 = 5;

/// Filter of petitions; without it, all.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PetitionParameters {
    /// received, published, withheld, answered, contested or withdrawn.
    #[param(example = "published")]
    state: Option<PetitionState>,
    /// A market's ID MR or a product's CUM: only the petitions about it that can be supported, the newest first and at most 5; `state` and
    /// `cursor` do not count then.
    #[param(example = "19914312-20")]
    similar_to: Option<String>,
}

/// List petitions
///
/// Each has the last day of its term in law: one request alone obliges an answer, however few support it. The words of a petition stand here
/// once they are published.
#[utoipa::path(get, operation_id = "list_petitions", path = "/v1/petitions", tag = "participation", params(PetitionParameters, PageParameters),
    responses((status = 200, description = "Petitions, in order of id", content((Many<PetitionBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let PetitionParameters { state, similar_to } = request.query()?;
    let state = state.map(|PetitionState(state)| state);
    let page = request.page()?;
    let after: Option<String> = page.after()?;
    let reply = Envelope::begin(&app, &request, &[]).await?.by_content(&request);
    if let Some(code) = similar_to {
        let code = code.parse().map_or(code, |Cum(cum)| cum.to_string());
        let found = app.read_model.similar_petitions(&code, (page.rows_to_fetch() - 1).clamp(0, SIMILAR_MAX)).await?;
        let bodies: Vec<PetitionBody> = found.iter().map(|petition| PetitionBody::public(petition, request.language)).collect();
        return reply.page(&page, &bodies, None::<String>);
    }
    let mut petitions = app.read_model.list_petitions(state, after, page.rows_to_fetch()).await?;
    let more = page.cut(&mut petitions);
    let next = petitions.last().map(|petition| petition.id.clone()).filter(|_| more);
    let bodies: Vec<PetitionBody> = petitions.iter().map(|petition| PetitionBody::public(petition, request.language)).collect();
    reply.page(&page, &bodies, next)
}
