//! Lines of purchases by market, buyer and day; of one market with its prices by quarter, drawn and as a table.

use serde_json::{Value, json};

use super::{plot, quarter::days_of};
use crate::http::{
    App, Problem, Request,
    api::purchases::{list_price_dispersion, list_purchases, show_purchase_quality},
    pages::market,
    request::query::encode,
    view::{
        call_operation::{OperationInput, ask},
        frame::Page,
        list_filters::{FilterName, ListFilters},
    },
    work::operation::{Call, read_pages},
};

const ROWS_AT_ONCE: &str = "50";
const FILTERS: [FilterName; 5] =
    [("mercado", "market"), ("comprador", "buyer"), ("veredicto", "verdict"), ("del", "from"), ("al", "to")];
/// Pages of lines that are drawn; with more it is said.
const DRAWN_PAGES_MAX: usize = 10;

pub async fn show(app: App, request: Request) -> Result<Page, Problem> {
    let cursor = request.query_pairs.get("desde").unwrap_or_default().trim();
    let filters = ListFilters::of(&FILTERS, &request.query_pairs);
    let mut query = vec![("limit", ROWS_AT_ONCE), ("cursor", cursor)];
    query.extend(filters.query());
    let answer = ask(&app, &request, list_purchases::handler, OperationInput { path: &[], query: &query }).await?;
    let next = answer["meta"]["next_cursor"].as_str().map(|cursor| encode(cursor).to_string());
    let (typed, kept) = (filters.typed(), filters.appended());
    let market_id = request.query_pairs.get("mercado").unwrap_or_default().trim();
    let market = if market_id.is_empty() { Value::Null } else { of_market(&app, &request, market_id, &filters).await? };
    let nothing = OperationInput { path: &[], query: &[] };
    let quality = ask(&app, &request, show_purchase_quality::handler, nothing).await?;
    let api: String = filters
        .query()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("&{name}={}", encode(value)))
        .collect();
    let content = json!({
        "rows": answer["data"], "next": next, "later": cursor.is_empty(), "typed": typed, "filtered": !kept.is_empty(), "kept": kept,
        "market": market, "quality": quality["data"], "api": api,
    });
    Ok(Page { template: "purchases.html", content })
}

/// Its name, where a list states its price, its figures and the plot of its lines.
async fn of_market(app: &App, request: &Request, id: &str, filters: &ListFilters<'_>) -> Result<Value, Problem> {
    let named = market::find(app, request, id).await?;
    let span: Vec<(&str, &str)> = filters.query().filter(|(name, _)| ["market", "from", "to"].contains(name)).collect();
    let answer = ask(app, request, list_price_dispersion::handler, OperationInput { path: &[], query: &span }).await?;
    let mut groups: Vec<Value> = answer["data"].as_array().cloned().unwrap_or_default();
    for group in &mut groups {
        let days = group["quarter"].as_str().and_then(days_of);
        group["days"] = days.map_or(Value::Null, |(from, until)| json!([from, until]));
    }
    let call = Call { name: "list_purchases", path: &[] };
    let (lines, more) = read_pages(app, request, call, &span, DRAWN_PAGES_MAX).await?;
    let plot = plot::of(&lines, request.language);
    Ok(json!({ "id": id, "named": named, "groups": groups, "plot": plot, "more": more }))
}
