//! The list of petitions, and one of them.

use serde_json::json;

use crate::http::{
    App, Endpoint, Problem, Request,
    api::participation::{list_petitions, show_petition},
    request::{base_url::origin, query::encode},
    view::{
        call_operation::{OperationInput, ask},
        frame::{self, Page},
    },
};

const ROWS_AT_ONCE: &str = "50";

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![frame::page_by_content("/peticiones", list), frame::page_by_content("/peticiones/{id}", show)]
}

async fn list(app: App, request: Request) -> Result<Page, Problem> {
    let cursor = request.query_pairs.get("desde").unwrap_or_default().trim();
    let query = [("limit", ROWS_AT_ONCE), ("cursor", cursor)];
    let answer = ask(&app, &request, list_petitions::handler, OperationInput { path: &[], query: &query }).await?;
    let next = answer["meta"]["next_cursor"].as_str().map(|cursor| encode(cursor).to_string());
    Ok(Page { template: "petitions.html", content: json!({ "rows": answer["data"], "next": next }) })
}

async fn show(app: App, request: Request) -> Result<Page, Problem> {
    let id: String = request.path("id")?;
    let answer = ask(&app, &request, show_petition::handler, OperationInput { path: &[("id", &id)], query: &[] }).await?;
    let link = format!("{}/peticiones/{id}/apoyar", origin(&request).unwrap_or_default());
    Ok(Page { template: "petition.html", content: json!({ "file": answer["data"], "link": link }) })
}
