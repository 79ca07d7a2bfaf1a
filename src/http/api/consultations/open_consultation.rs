//! `POST /v1/act-drafts/{id}/consultation`: a draft is laid open for comments.

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        response::idempotent_write::{Done, answer, rendered},
        values::{calendar::Day, identifiers::IdempotencyHeader, value::Invalid},
        wire::consultations::{consultation::ConsultationTermBody, sent::ConsultationLength},
    },
    workflow::consultations::opening::ConsultationTerm,
};

const BODY_BYTES_MAX: usize = 16 * 1024;

/// Open the consultation of a draft
///
/// Once, while it is a draft. From then on everybody reads its lines and comments on them until the last day; a change of the draft makes a new
/// version. The draft cannot be approved before that day has passed and every public comment has a reply. It is made longer, never shorter.
#[utoipa::path(post, operation_id = "open_consultation", path = "/v1/act-drafts/{id}/consultation", tag = "consultations", request_body = ConsultationLength,
    params(("id" = String, Path, description = "As given when it was drafted", example = "d7Hq2LxV0aB"), IdempotencyHeader),
    responses((status = 201, description = "It is open", body = Done<ConsultationTermBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let id: String = request.path("id")?;
    let (context, body): (_, ConsultationLength) = request.json_command(&app, BODY_BYTES_MAX).await?;
    let Day(closes_on) =
        body.closes_on.parse().map_err(|fault: Invalid| Problem::bad_body_pointer("/closes_on", fault.code, fault.detail))?;
    let workflow = app.workflow;
    answer(async move {
        let kept = context.clone();
        let render = move |term: &ConsultationTerm| rendered(&kept, ConsultationTermBody::from(term));
        workflow.open_consultation(&context, &id, (closes_on, &body.reason), &render).await
    })
    .await
}
