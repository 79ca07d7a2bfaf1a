//! `GET /v1/purchase-corrections`: corrections of lines, with their state and term.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::{incoming::Request, pagination::PageParameters},
    response::envelope::Envelope,
    values::{choices::CorrectionState, identifiers::PurchaseId},
    wire::{purchases::correction::CorrectionBody, service::meta::Many},
};

/// Filter of corrections; without it, all.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CorrectionParameters {
    /// received, answered or withdrawn.
    #[param(example = "received")]
    state: Option<CorrectionState>,
    /// Of one line.
    #[param(example = "b0123456789abcdef")]
    purchase: Option<PurchaseId>,
}

/// List corrections of purchases
///
/// Each with the last day of its term, and its answer. The words stand here once they are answered.
#[utoipa::path(get, operation_id = "list_purchase_corrections", path = "/v1/purchase-corrections", tag = "purchases",
    params(CorrectionParameters, PageParameters),
    responses((status = 200, description = "Corrections, in order of id", content((Many<CorrectionBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let given: CorrectionParameters = request.query()?;
    let state = given.state.map(|CorrectionState(state)| state);
    let purchase = given.purchase.map(|PurchaseId(id)| id);
    let page = request.page()?;
    let after: Option<String> = page.after()?;
    let reply = Envelope::begin(&app, &request, &[]).await?.by_content(&request);
    let mut corrections = app.read_model.list_corrections(purchase, state, after, page.rows_to_fetch()).await?;
    let more = page.cut(&mut corrections);
    let next = corrections.last().map(|correction| correction.id.clone()).filter(|_| more);
    let bodies: Vec<CorrectionBody> = corrections.iter().map(CorrectionBody::public).collect();
    reply.page(&page, &bodies, next)
}
