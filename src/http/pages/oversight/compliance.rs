//! The page of who had to report, and who did in time, late or not at all.

use crate::http::{
    App, Problem, Request, api,
    view::{
        call_operation::{OperationInput, ask},
        compliance_table::{ChosenRows, values},
        frame::Page,
    },
};

pub async fn show(app: App, request: Request) -> Result<Page, Problem> {
    let given = |name: &str| request.query_pairs.get(name).unwrap_or_default().trim();
    let question = OperationInput { path: &[], query: &[("period", given("periodo"))] };
    let answer = ask(&app, &request, api::compliance::show_compliance::handler, question).await?;
    let mut content = values(&answer, ChosenRows { standing: given("estado"), page: given("pagina") });
    // What each has sent is seen by those who may.
    content["with_links"] = false.into();
    Ok(Page { template: "compliance.html", content })
}
