//! The page of one relevant market: the unit price that a list states for it, and what each act said before.

use serde_json::{Value, json};

use crate::http::{
    App, Problem, Request, api,
    view::{
        call_operation::{OperationInput, ask},
        frame::Page,
    },
};

pub async fn show(app: App, request: Request) -> Result<Page, Problem> {
    let id: String = request.path("market")?;
    let market = find(&app, &request, &id).await?;
    let market = market.ok_or_else(|| Problem::not_found(("el mercado relevante", "relevant market"), &id))?;
    Ok(Page { template: "market.html", content: json!({ "market": market }) })
}

/// The market with this ID, where a list states its price.
pub async fn find(app: &App, request: &Request, id: &str) -> Result<Option<Value>, Problem> {
    let question = OperationInput { path: &[], query: &[("q", id), ("limit", "1")] };
    let mut answer = ask(app, request, api::medicines::list_markets::handler, question).await?;
    // A text that is no ID finds other markets by their names.
    let is_it = |market: &Value| market["market"].as_str().is_some_and(|other| other.eq_ignore_ascii_case(id));
    Ok(answer["data"].as_array_mut().into_iter().flat_map(std::mem::take).find(is_it))
}
