//! One line: what it says, what everything that it can mean has alike, and what was said to it.

use serde_json::json;

use crate::http::{
    App, Problem, Request,
    api::purchases::show_purchase,
    pages::item_line::stretches,
    view::{
        call_operation::{OperationInput, ask},
        frame::Page,
    },
    wire::invoices::reasons::line_reason,
};

pub async fn show(app: App, request: Request) -> Result<Page, Problem> {
    let id: String = request.path("id")?;
    let answer = ask(&app, &request, show_purchase::handler, OperationInput { path: &[("id", &id)], query: &[] }).await?;
    let file = &answer["data"];
    let text = file["purchase"]["text"].as_str().unwrap_or_default();
    let stretches = stretches(text, &file["reading"]["tokens"]);
    // Why there is no verdict; what is implausible is said beside the figures.
    let undecided = file["purchase"]["verdict"] == "cannot_compare" && file["purchase"]["counts"] == true;
    let codes = file["purchase"]["reasons"].as_array().filter(|_| undecided).into_iter().flatten();
    let why: Vec<String> = codes.filter_map(|code| Some(line_reason(code.as_str()?, request.language))).collect();
    Ok(Page { template: "purchase.html", content: json!({ "file": file, "stretches": stretches, "why": why }) })
}
