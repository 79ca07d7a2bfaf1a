//! `GET /v1/submissions/{id}`: one submission with its receipt.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    wire::{service::meta::One, submissions::submission::SubmissionBody},
};

/// Show a submission
///
/// Where it stands, what became of its rows, and the signed receipt. Another reporter's is as unknown as one that does not exist.
#[utoipa::path(get, operation_id = "show_submission", path = "/v1/submissions/{id}", tag = "submissions",
    params(("id" = String, Path, description = "As given when it was sent", example = "s4Tz0bWq81X")),
    responses((status = 200, description = "The submission", body = One<SubmissionBody>), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let id: String = request.path("id")?;
    let reply = Envelope::begin(&app, &request, &[]).await?;
    let submission = app.read_model.show_submission(&id, request.actor()?.nit.as_deref()).await?;
    let submission = submission.ok_or_else(|| Problem::not_found(("el envío", "submission"), &id))?;
    let body = SubmissionBody::new(&submission, reply.language);
    reply.one(body)
}
