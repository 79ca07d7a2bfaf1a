//! `POST /v1/act-drafts/{id}/withdrawal`: withdraws a draft.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::idempotent_write::{self, Done, Reason, rendered},
    values::identifiers::IdempotencyHeader,
    wire::acts::act_draft::DraftBody,
};

const BODY_BYTES_MAX: usize = 16 * 1024;

/// Withdraw a draft
///
/// It stays readable and can no longer be approved or published. A published act is not withdrawn but superseded.
///
/// Its drafter withdraws a draft that is not approved in one step. Every other withdrawal, of an approved draft or of somebody else's, takes two
/// persons: the first request proposes it (the state stays, `withdrawal_proposed_by` names who proposed), the same request by another person
/// completes it (`withdrawn`); by the same person it is 403 `second_person_needed`. New rows or an approval in between void the proposal;
/// a proposal alone stops nothing: the draft can still be approved or published.
#[utoipa::path(post, operation_id = "withdraw_act_draft", path = "/v1/act-drafts/{id}/withdrawal", tag = "acts",
    params(("id" = String, Path, description = "As given when it was drafted", example = "d7Hq2LxV0aB"),
        IdempotencyHeader), request_body = Reason,
    responses((status = 200, description = "The draft: withdrawn, or with its withdrawal proposed", body = Done<DraftBody>),
        Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let id: String = request.path("id")?;
    let (context, body): (_, Reason) = request.json_command(&app, BODY_BYTES_MAX).await?;
    let reason = idempotent_write::reason(&body.reason)?;
    idempotent_write::answer(async move {
        let render = |draft: &_| rendered(&context, DraftBody::from(draft));
        app.workflow.withdraw_act_draft(&context, &id, &reason, &render).await
    })
    .await
}
