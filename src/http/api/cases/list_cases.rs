//! `GET /v1/cases`: sales above a ceiling, grouped by seller, medicine, act and quarter.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    params::case_filter::CaseParameters,
    request::{incoming::Request, pagination::PageParameters},
    response::envelope::Envelope,
    wire::{cases::case::CaseBody, service::meta::Many},
};

/// List the cases
///
/// Sales above a ceiling by one seller, of one medicine, under one act, in one quarter, with what they come to. Regulators and auditors
/// see every case, and who works on it; a reporter sees those against itself, from their notification on.
#[utoipa::path(get, operation_id = "list_cases", path = "/v1/cases", tag = "cases", params(CaseParameters, PageParameters),
    responses((status = 200, description = "The cases, in order of id", content((Many<CaseBody> = "application/json"), (String = "text/csv"))),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let filter = request.query::<CaseParameters>()?.filter(&request)?;
    let reader = request.case_reader()?;
    let page = request.page()?;
    let after: Option<String> = page.after()?;
    let reply = Envelope::begin(&app, &request, &["sismed", "ceilings"]).await?;
    let mut cases = app.read_model.list_cases(&reader, &filter, after, page.rows_to_fetch()).await?;
    let more = page.cut(&mut cases);
    let next = cases.last().map(|case| case.id.clone()).filter(|_| more);
    let bodies: Vec<CaseBody> = cases.iter().map(CaseBody::from).collect();
    reply.page(&page, &bodies, next)
}
