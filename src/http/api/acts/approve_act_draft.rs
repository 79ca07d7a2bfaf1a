//! `POST /v1/act-drafts/{id}/approval`: a second person approves a draft.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::idempotent_write::{self, Done, rendered},
    values::identifiers::IdempotencyHeader,
    wire::acts::act_draft::DraftBody,
};

const BODY_BYTES_MAX: usize = 16 * 1024;

/// The approved content, and the reason.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// The digest of the content that was looked at.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub digest: String,
    #[schema(max_length = 2000)]
    pub reason: String,
}

/// Approve a draft
///
/// By a person who contributed nothing to it (neither created it nor added rows, under any key), naming the digest of what was looked at; anybody
/// else is answered 403 `second_person_needed`. After this the content cannot change unless the approval is voided (`upload_draft_list`).
#[utoipa::path(post, operation_id = "approve_act_draft", path = "/v1/act-drafts/{id}/approval", tag = "acts",
    params(("id" = String, Path, description = "As given when it was drafted", example = "d7Hq2LxV0aB"),
        IdempotencyHeader), request_body = Approval,
    responses((status = 200, description = "The approved draft", body = Done<DraftBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let id: String = request.path("id")?;
    let (context, body): (_, Approval) = request.json_command(&app, BODY_BYTES_MAX).await?;
    let reason = idempotent_write::reason(&body.reason)?;
    idempotent_write::answer(async move {
        let render = |draft: &_| rendered(&context, DraftBody::from(draft));
        app.workflow.approve_act_draft(&context, &id, &body.digest, &reason, &render).await
    })
    .await
}
