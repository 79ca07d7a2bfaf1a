//! The first page: what the service is, and the search for a medicine.

use serde_json::{Value, json};

use super::results;
use crate::http::{
    App, Problem, Request, api,
    view::{
        call_operation::{OperationInput, ask},
        frame::Page,
    },
};

/// Of what is no presentation: groups of the thermometer, and markets.
const OTHERS_SHOWN_MAX: &str = "5";

pub async fn show(app: App, request: Request) -> Result<Page, Problem> {
    let words = request.query_pairs.get("q").unwrap_or_default().trim().to_owned();
    let found = results::of(&app, &request, &words).await?;
    let nothing = found["meta"]["total"] == 0;
    let others = if nothing { found_elsewhere(&app, &request, &words).await? } else { Value::Null };
    let status = ask(&app, &request, api::service::show_status::handler, OperationInput { path: &[], query: &[] }).await?;
    let content = json!({ "q": words, "found": found, "others": others, "status": status["data"] });
    Ok(Page { template: "home.html", content })
}

/// What the thermometer and the lists of maximum prices hold without a presentation that could be shown.
async fn found_elsewhere(app: &App, request: &Request, words: &str) -> Result<Value, Problem> {
    let question = OperationInput { path: &[], query: &[("q", words), ("limit", OTHERS_SHOWN_MAX)] };
    let groups = ask(app, request, api::medicines::list_thermometer_groups::handler, question).await?;
    let markets = ask(app, request, api::medicines::list_markets::handler, question).await?;
    // Words that nothing of what is shown has.
    let shown = [&groups, &markets].into_iter().find(|answer| answer["data"].as_array().is_some_and(|found| !found.is_empty()));
    let unmatched = &shown.unwrap_or(&groups)["meta"]["unmatched"];
    Ok(json!({ "groups": groups["data"], "markets": markets["data"], "unmatched": unmatched }))
}
