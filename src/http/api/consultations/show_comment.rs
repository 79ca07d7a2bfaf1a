//! `GET /v1/consultation-comments/{id}`: one comment, whatever became of it.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    values::consultations::CommentId,
    wire::{consultations::comment::CommentBody, service::meta::One},
};

/// Show one comment
///
/// For ever: what became of its line, the reply, or the public reason for which it stays back.
#[utoipa::path(get, operation_id = "show_comment", path = "/v1/consultation-comments/{id}", tag = "consultations",
    params(("id" = CommentId, Path, description = "As given when it was received", example = "k0123456789ab")),
    responses((status = 200, description = "The comment", body = One<CommentBody>), (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let CommentId(id) = request.path("id")?;
    let reply = Envelope::begin(&app, &request, &[]).await?.by_content(&request);
    let comment = app.read_model.show_comment(&id).await?;
    let comment = comment.ok_or_else(|| Problem::not_found(("el comentario", "comment"), &id))?;
    reply.one(CommentBody::public(&comment))
}
