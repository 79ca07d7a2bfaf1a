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
};

pub async fn show(app: App, request: Request) -> Result<Page, Problem> {
    let id: String = request.path("id")?;
    let answer = ask(&app, &request, show_purchase::handler, OperationInput { path: &[("id", &id)], query: &[] }).await?;
    let file = &answer["data"];
    let text = file["purchase"]["text"].as_str().unwrap_or_default();
    let stretches = stretches(text, &file["reading"]["tokens"]);
    Ok(Page { template: "purchase.html", content: json!({ "file": file, "stretches": stretches }) })
}
