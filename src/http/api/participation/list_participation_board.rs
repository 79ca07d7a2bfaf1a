//! `GET /v1/participation/board`: what people sent by kind and month.

use crate::{
    domain::participation::indicators::board,
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        response::envelope::Envelope,
        wire::{participation::indicators::BoardRowBody, service::meta::Many},
    },
};

/// List the board of answers
///
/// What people sent by kind and month: what is open, what was answered in the term of the law or late, and in how many working days. From the ledger alone.
#[utoipa::path(get, operation_id = "list_participation_board", path = "/v1/participation/board", tag = "participation",
    responses((status = 200, description = "All rows", content((Many<BoardRowBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let reply = Envelope::begin(&app, &request, &[]).await?.by_content(&request);
    let items = app.read_model.participation_items().await?;
    let rows: Vec<BoardRowBody> =
        board(&items, app.today()).iter().map(|row| BoardRowBody::shown(row, request.language)).collect();
    reply.many(&rows)
}
