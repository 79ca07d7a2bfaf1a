//! `POST /v1/act-drafts`: creates a draft of an act.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::idempotent_write::{self, Done, rendered},
    values::identifiers::IdempotencyHeader,
    wire::acts::act_draft::{DraftBody, NewDraft},
};

const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Draft an act
///
/// The head of an act and its ceilings, which may also come later as an upload in an official list layout. Only regulators and
/// auditors see a draft.
#[utoipa::path(post, operation_id = "create_act_draft", path = "/v1/act-drafts", tag = "acts",
    params(IdempotencyHeader), request_body = NewDraft,
    responses((status = 201, description = "The draft", body = Done<DraftBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let (context, body): (_, NewDraft) = request.json_command(&app, BODY_BYTES_MAX).await?;
    let draft = body.read()?;
    idempotent_write::answer(async move {
        app.workflow.create_act_draft(&context, draft, &|draft| rendered(&context, DraftBody::from(draft))).await
    })
    .await
}
