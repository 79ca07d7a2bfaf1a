//! `POST /v1/purchase-corrections/{id}/answers`: once, with what is decided and at least 80 characters in Spanish.

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        response::idempotent_write::{Done, answer, rendered},
        values::{
            choices::CorrectionDisposition,
            identifiers::{CorrectionId, IdempotencyHeader},
            value::Invalid,
        },
        wire::purchases::correction::{CorrectionAnswerText, CorrectionMovedBody},
    },
    workflow::corrections::{answering::NewCorrectionAnswer, receiving::CorrectionMoved},
};

const BODY_BYTES_MAX: usize = 64 * 1024;

/// Answer a correction
///
/// With what is decided and at least 80 characters in Spanish. An answer is never edited. What the publisher states is never changed here:
/// `source_must_correct` says who must.
#[utoipa::path(post, operation_id = "answer_purchase_correction", path = "/v1/purchase-corrections/{id}/answers", tag = "purchases", request_body = CorrectionAnswerText,
    params(("id" = CorrectionId, Path, description = "As in the list of corrections", example = "m0123456789ab"), IdempotencyHeader),
    responses((status = 201, description = "How the correction stands now", body = Done<CorrectionMovedBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let CorrectionId(id) = request.path("id")?;
    let (context, body): (_, CorrectionAnswerText) = request.json_command(&app, BODY_BYTES_MAX).await?;
    let in_body = |fault: Invalid| Problem::bad_body_pointer("/disposition", fault.code, fault.detail);
    let CorrectionDisposition(disposition) = body.disposition.parse().map_err(in_body)?;
    let new = NewCorrectionAnswer { disposition, text_es: body.text_es, text_en: body.text_en };
    let workflow = app.workflow;
    answer(async move {
        let kept = context.clone();
        let render = move |moved: &CorrectionMoved| rendered(&kept, CorrectionMovedBody::from(moved));
        workflow.answer_purchase_correction(&context, &id, &new, &render).await
    })
    .await
}
