//! `GET /v1/register`: the public register of confirmed cases.

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        params::case_filter::RegisterParameters,
        request::{incoming::Request, pagination::PageParameters},
        response::envelope::Envelope,
        wire::{cases::case::RegisterBody, service::meta::Many},
    },
    read_model::cases::case::Viewer,
};

/// List the public register of confirmed cases
///
/// Cases that two regulators confirmed, and nothing else: who sold what above which act's ceiling, by how much in all, and what the
/// seller replied. Cases that are only suspected, and those dismissed, are not published.
#[utoipa::path(get, operation_id = "list_register", path = "/v1/register", tag = "cases", params(RegisterParameters, PageParameters),
    responses((status = 200, description = "The confirmed cases, in order of id", content((Many<RegisterBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let filter = request.query::<RegisterParameters>()?.into();
    let page = request.page()?;
    let after: Option<String> = page.after()?;
    // People change the register, not imports, so the data version does not say whether an answer is unchanged.
    let reply = Envelope::begin(&app, &request, &["sismed", "ceilings"]).await?.by_content(&request);
    let mut cases = app.read_model.list_cases(&Viewer::Public, &filter, after, page.rows_to_fetch()).await?;
    let more = page.cut(&mut cases);
    let next = cases.last().map(|case| case.id.clone()).filter(|_| more);
    let bodies: Vec<RegisterBody> = cases.iter().map(RegisterBody::from).collect();
    reply.page(&page, &bodies, next)
}
