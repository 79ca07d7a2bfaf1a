//! The page that says how fresh the data are.

use serde_json::json;

use super::acts;
use crate::http::{
    App, Problem, Request, api,
    view::{
        call_operation::{OperationInput, ask},
        frame::Page,
    },
};

pub async fn show(app: App, request: Request) -> Result<Page, Problem> {
    let nothing = OperationInput { path: &[], query: &[] };
    let status = ask(&app, &request, api::service::show_status::handler, nothing).await?;
    let all = OperationInput { path: &[], query: &[("limit", "1000")] };
    let sources = ask(&app, &request, api::service::list_sources::handler, all).await?;
    let more_sources = !sources["meta"]["next_cursor"].is_null();
    let not_held = acts::not_held(&app, &request).await?;
    Ok(Page {
        template: "status.html",
        content: json!({
            "status": status["data"], "meta": status["meta"], "sources": sources["data"], "more_sources": more_sources,
            "not_held": not_held,
        }),
    })
}
