//! `GET /v1/watches/{id}`: one webhook subscription.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    wire::{changes::watch::WatchBody, service::meta::One},
};

/// Show a watch
///
/// The changes it subscribes to, its receiver, whether messages arrive, and since when they do not.
#[utoipa::path(get, operation_id = "show_watch", path = "/v1/watches/{id}", tag = "changes", params(("id" = String, Path, description = "As given when it was made", example = "w7Hq2LxV0aB")),
    responses((status = 200, description = "The watch", body = One<WatchBody>), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let id: String = request.path("id")?;
    let reply = Envelope::begin(&app, &request, &[]).await?;
    let watch = app.workflow.show_watch(&request.actor()?.principal, &id).await?;
    reply.one(WatchBody::from(&watch))
}
