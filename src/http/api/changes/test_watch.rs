//! `POST /v1/watches/{id}/test`: sends a test message to a receiver.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    params::watch::BODY_BYTES_MAX,
    request::incoming::Request,
    response::idempotent_write::{self, Done, rendered},
    values::identifiers::IdempotencyHeader,
    wire::changes::watch::DeliveryBody,
};

/// Send a test message
///
/// A signed message of type `test`, without changes, is sent as any other; what became of it stands in the list of deliveries.
#[utoipa::path(post, operation_id = "test_watch", path = "/v1/watches/{id}/test", tag = "changes",
    params(("id" = String, Path, description = "As given when it was made", example = "w7Hq2LxV0aB"), IdempotencyHeader),
    responses((status = 202, description = "The message, on its way", body = Done<DeliveryBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let id: String = request.path("id")?;
    let body = request.body(BODY_BYTES_MAX).await?;
    let context = request.command_context(&app, &body)?;
    idempotent_write::answer(async move {
        let render = |delivery: &_| rendered(&context, DeliveryBody::from(delivery));
        app.workflow.test_watch(&context, &id, &render).await
    })
    .await
}
