//! The released figures of reported prices, and how many reports there are.

use serde_json::json;

use crate::http::{
    App, Endpoint, Problem, Request,
    api::price_reports::{list_price_report_counts, list_price_report_statistics},
    request::query::encode,
    view::{
        call_operation::{OperationInput, ask},
        frame::{self, Page},
    },
};

const ROWS_AT_ONCE: &str = "100";

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![frame::page_by_content("/precios-reportados", show)]
}

async fn show(app: App, request: Request) -> Result<Page, Problem> {
    let given = |name| request.query_pairs.get(name).unwrap_or_default().trim();
    let (cum, cursor) = (given("cum"), given("desde"));
    let query = [("limit", ROWS_AT_ONCE), ("cursor", cursor), ("cum", cum)];
    let figures = ask(&app, &request, list_price_report_statistics::handler, OperationInput { path: &[], query: &query }).await?;
    let nothing = OperationInput { path: &[], query: &[] };
    let counts = ask(&app, &request, list_price_report_counts::handler, nothing).await?;
    let next = figures["meta"]["next_cursor"].as_str().map(|cursor| encode(cursor).to_string());
    let content = json!({ "rows": figures["data"], "counts": counts["data"], "next": next, "cum": cum });
    Ok(Page { template: "price_report_statistics.html", content })
}
