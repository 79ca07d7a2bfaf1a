//! `POST /v1/consultations/{id}/extensions`: more days to comment.

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        response::idempotent_write::{Done, answer, rendered},
        values::{calendar::Day, consultations::ConsultationId, identifiers::IdempotencyHeader, value::Invalid},
        wire::consultations::{consultation::ConsultationTermBody, sent::ConsultationLength},
    },
    workflow::consultations::opening::ConsultationTerm,
};

const BODY_BYTES_MAX: usize = 16 * 1024;

/// Make a consultation longer
///
/// While it is open, to a later day, with a public reason: a new version of the draft is one.
#[utoipa::path(post, operation_id = "extend_consultation", path = "/v1/consultations/{id}/extensions", tag = "consultations", request_body = ConsultationLength,
    params(("id" = ConsultationId, Path, description = "That of the draft", example = "d7Hq2LxV0aB"), IdempotencyHeader),
    responses((status = 200, description = "Its new last day", body = Done<ConsultationTermBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let ConsultationId(id) = request.path("id")?;
    let (context, body): (_, ConsultationLength) = request.json_command(&app, BODY_BYTES_MAX).await?;
    let Day(closes_on) =
        body.closes_on.parse().map_err(|fault: Invalid| Problem::bad_body_pointer("/closes_on", fault.code, fault.detail))?;
    let workflow = app.workflow;
    answer(async move {
        let kept = context.clone();
        let render = move |term: &ConsultationTerm| rendered(&kept, ConsultationTermBody::from(term));
        workflow.extend_consultation(&context, &id, (closes_on, &body.reason), &render).await
    })
    .await
}
