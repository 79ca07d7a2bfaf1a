//! The open-data files, for whoever wants all of it.

use serde_json::{Value, json};

use super::{
    ask::{Question, ask},
    frame::Page,
};
use crate::http::{App, Problem, Request, api};

pub async fn show(app: App, request: Request) -> Result<Page, Problem> {
    let all = Question { path: &[], query: &[] };
    let sets = ask(&app, &request, api::list_exports::handler, all).await?;
    // What was not made yet is not offered.
    let made: Vec<&Value> = sets["data"].as_array().into_iter().flatten().filter(|set| !set["newest"].is_null()).collect();
    Ok(Page { template: "open_data.html", content: json!({ "sets": made, "meta": sets["meta"] }) })
}
