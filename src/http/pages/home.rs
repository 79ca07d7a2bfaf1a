//! The first page: what the service is, and the search for a medicine.

use serde_json::{Value, json};

use crate::http::{
    App, Problem, Request, api,
    view::{
        call_operation::{OperationInput, ask},
        frame::Page,
    },
};

const SHOWN_MAX: &str = "20";

pub async fn show(app: App, request: Request) -> Result<Page, Problem> {
    let words = request.query_pairs.get("q").unwrap_or_default().trim().to_owned();
    let found = if words.is_empty() {
        Value::Null
    } else {
        let question = OperationInput { path: &[], query: &[("q", &words), ("limit", SHOWN_MAX)] };
        ask(&app, &request, api::medicines::list_medicines::handler, question).await?["data"].clone()
    };
    let status = ask(&app, &request, api::service::show_status::handler, OperationInput { path: &[], query: &[] }).await?;
    Ok(Page { template: "home.html", content: json!({ "q": words, "found": found, "status": status["data"] }) })
}
