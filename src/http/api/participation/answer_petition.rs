//! `POST /v1/petitions/{id}/answers`: with what is decided and at least 80 characters in Spanish.

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        response::idempotent_write::{Done, answer, rendered},
        values::{
            choices::PetitionDisposition,
            identifiers::{IdempotencyHeader, PetitionId},
            value::Invalid,
        },
        wire::participation::{petition::PetitionMovedBody, sent::PetitionAnswerText},
    },
    workflow::petitions::{deciding::NewPetitionAnswer, holding::PetitionMoved},
};

const BODY_BYTES_MAX: usize = 64 * 1024;

/// Answer a petition
///
/// With what is decided and at least 80 characters in Spanish. An answer is never edited: whoever petitioned may contest it once, and it is answered again.
#[utoipa::path(post, operation_id = "answer_petition", path = "/v1/petitions/{id}/answers", tag = "participation", request_body = PetitionAnswerText,
    params(("id" = PetitionId, Path, description = "As in the list of petitions", example = "q0123456789ab"), IdempotencyHeader),
    responses((status = 201, description = "How the petition stands now", body = Done<PetitionMovedBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let PetitionId(id) = request.path("id")?;
    let (context, body): (_, PetitionAnswerText) = request.json_command(&app, BODY_BYTES_MAX).await?;
    let in_body = |fault: Invalid| Problem::bad_body_pointer("/disposition", fault.code, fault.detail);
    let PetitionDisposition(disposition) = body.disposition.parse().map_err(in_body)?;
    let new = NewPetitionAnswer { disposition, text_es: body.text_es, text_en: body.text_en };
    let workflow = app.workflow;
    answer(async move {
        let kept = context.clone();
        let render = move |moved: &PetitionMoved| rendered(&kept, PetitionMovedBody::from(moved));
        workflow.answer_petition(&context, &id, &new, &render).await
    })
    .await
}
