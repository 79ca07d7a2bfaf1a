//! The board: what people sent and how it was answered, and the ladder of participation.

use serde_json::json;

use crate::http::{
    App, Endpoint, Problem, Request,
    api::participation::{list_participation_board, list_participation_indicators},
    view::{
        call_operation::{OperationInput, ask},
        frame::{self, Page},
    },
};

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![frame::page_by_content("/participacion", show)]
}

async fn show(app: App, request: Request) -> Result<Page, Problem> {
    let nothing = OperationInput { path: &[], query: &[] };
    let board = ask(&app, &request, list_participation_board::handler, nothing).await?;
    let ladder = ask(&app, &request, list_participation_indicators::handler, nothing).await?;
    Ok(Page { template: "participation.html", content: json!({ "board": board["data"], "ladder": ladder["data"] }) })
}
