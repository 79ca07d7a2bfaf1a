//! The page of the public register: confirmed cases, with what their sellers replied.

use std::collections::BTreeMap;

use serde_json::json;

use crate::http::{
    App, Problem, Request, api,
    request::query::encode,
    view::{
        call_operation::{OperationInput, ask},
        frame::Page,
    },
};

const ROWS_AT_ONCE: &str = "50";
/// Names in the address, and those of the operation.
const FILTERS: [(&str, &str); 4] = [("vendedor", "seller"), ("cum", "cum"), ("acto", "act"), ("periodo", "period")];

pub async fn show(app: App, request: Request) -> Result<Page, Problem> {
    let given = |name: &str| request.query_pairs.get(name).unwrap_or_default().trim();
    let cursor = given("desde");
    let mut query = vec![("limit", ROWS_AT_ONCE), ("cursor", cursor)];
    query.extend(FILTERS.iter().map(|(shown, name)| (*name, given(shown))));
    let answer = ask(&app, &request, api::cases::list_register::handler, OperationInput { path: &[], query: &query }).await?;
    let typed: BTreeMap<&str, &str> = FILTERS.iter().map(|(shown, _)| (*shown, given(shown))).collect();
    let kept: String =
        typed.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("&{name}={}", encode(value))).collect();
    let next = answer["meta"]["next_cursor"].as_str().map(|cursor| encode(cursor).to_string());
    let content = json!({
        "rows": answer["data"], "next": next, "later": cursor.is_empty(), "typed": typed, "filtered": !kept.is_empty(), "kept": kept,
    });
    Ok(Page { template: "register.html", content })
}
