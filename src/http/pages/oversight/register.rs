//! The page of the public register: confirmed cases, with what their sellers replied.

use serde_json::json;

use crate::http::{
    App, Problem, Request, api,
    request::query::encode,
    view::{
        call_operation::{OperationInput, ask},
        frame::Page,
        list_filters::{FilterName, ListFilters},
    },
};

const ROWS_AT_ONCE: &str = "50";
const FILTERS: [FilterName; 4] = [("vendedor", "seller"), ("cum", "cum"), ("acto", "act"), ("periodo", "period")];

pub async fn show(app: App, request: Request) -> Result<Page, Problem> {
    let cursor = request.query_pairs.get("desde").unwrap_or_default().trim();
    let mut query = vec![("limit", ROWS_AT_ONCE), ("cursor", cursor)];
    let filters = ListFilters::of(&FILTERS, &request.query_pairs);
    query.extend(filters.query());
    let answer = ask(&app, &request, api::cases::list_register::handler, OperationInput { path: &[], query: &query }).await?;
    let (typed, kept) = (filters.typed(), filters.appended());
    let next = answer["meta"]["next_cursor"].as_str().map(|cursor| encode(cursor).to_string());
    let content = json!({
        "rows": answer["data"], "next": next, "later": cursor.is_empty(), "typed": typed, "filtered": !kept.is_empty(), "kept": kept,
    });
    Ok(Page { template: "register.html", content })
}
