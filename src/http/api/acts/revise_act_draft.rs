//! `POST /v1/act-drafts/{id}/revisions`: corrects a draft.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::idempotent_write::{self, Done, rendered},
    values::identifiers::IdempotencyHeader,
    wire::acts::act_draft::{DraftBody, NewDraftRevision},
};

const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Correct a draft
///
/// Rows are put in place of others, added or taken out, and the first day may move; what is left out stays as it is. Whoever corrects a draft
/// becomes a contributor and cannot approve it. Where the draft is being consulted on, this makes a new version of it: comments stay on the
/// version that they are of, and show what became of their line.
#[utoipa::path(post, operation_id = "revise_act_draft", path = "/v1/act-drafts/{id}/revisions", tag = "acts",
    params(("id" = String, Path, description = "As given when it was drafted", example = "d7Hq2LxV0aB"),
        IdempotencyHeader), request_body = NewDraftRevision,
    responses((status = 200, description = "The draft", body = Done<DraftBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let id: String = request.path("id")?;
    let (context, body): (_, NewDraftRevision) = request.json_command(&app, BODY_BYTES_MAX).await?;
    let (revision, reason) = body.read()?;
    idempotent_write::answer(async move {
        let render = |draft: &_| rendered(&context, DraftBody::from(draft));
        app.workflow.revise_act_draft(&context, &id, (&revision, &reason), &render).await
    })
    .await
}
