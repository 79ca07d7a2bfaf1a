//! How fresh the data are.

use serde_json::json;

use super::{
    acts,
    ask::{Question, ask},
    frame::Page,
};
use crate::http::{App, Problem, Request, api};

pub async fn show(app: App, request: Request) -> Result<Page, Problem> {
    let nothing = Question { path: &[], query: &[] };
    let status = ask(&app, &request, api::show_status::handler, nothing).await?;
    let all = Question { path: &[], query: &[("limit", "1000")] };
    let sources = ask(&app, &request, api::list_sources::handler, all).await?;
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
