//! `POST /v1/consultation-comments/{id}/moderation`: a comment stays back, or comes back.

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        response::idempotent_write::{Done, answer, rendered},
        values::{consultations::CommentId, identifiers::IdempotencyHeader},
        wire::consultations::{comment::CommentMovedBody, sent::CommentModeration},
    },
    workflow::consultations::holding::CommentMoved,
};

const BODY_BYTES_MAX: usize = 64 * 1024;

/// Hold a comment back, or publish it again
///
/// For personal data and insults alone. What stays back has a public reason, is counted in the consultation, and can be replied to all the same.
#[utoipa::path(post, operation_id = "moderate_comment", path = "/v1/consultation-comments/{id}/moderation", tag = "consultations", request_body = CommentModeration,
    params(("id" = CommentId, Path, description = "As given when it was received", example = "k0123456789ab"), IdempotencyHeader),
    responses((status = 200, description = "How the comment stands now", body = Done<CommentMovedBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let CommentId(id) = request.path("id")?;
    let (context, body): (_, CommentModeration) = request.json_command(&app, BODY_BYTES_MAX).await?;
    let workflow = app.workflow;
    answer(async move {
        let kept = context.clone();
        let render = move |moved: &CommentMoved| rendered(&kept, CommentMovedBody::from(moved));
        workflow.moderate_comment(&context, &id, (body.publish, body.reason.as_deref()), &render).await
    })
    .await
}
