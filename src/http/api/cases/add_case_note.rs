//! `POST /v1/cases/{id}/notes`: a regulator writes something down on a case, for the others.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        response::idempotent_write::{Done, answer, rendered},
        values::identifiers::{CaseId, IdempotencyHeader},
        wire::cases::case_work::CaseNoteAddedBody,
    },
    workflow::case_notes::CaseNoteAdded,
};

const BODY_BYTES_MAX: usize = 64 * 1024;

/// A note of a regulator.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseNoteText {
    /// 1 to 4,000 characters. It cannot be changed or taken away.
    #[schema(max_length = 4000, example = "Falta la factura de junio: pedirla antes de decidir.")]
    pub text: String,
}

/// Add a note to a case
///
/// For regulators among themselves. No dossier, letter, public answer, file, webhook or log has a word of it; the audit log has that it
/// was added, by whom, and how long it is.
#[utoipa::path(post, operation_id = "add_case_note", path = "/v1/cases/{id}/notes", tag = "cases", request_body = CaseNoteText,
    params(("id" = CaseId, Path, description = "As in the list of cases", example = "c000001"),
        IdempotencyHeader),
    responses((status = 201, description = "The note is kept", body = Done<CaseNoteAddedBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let CaseId(id) = request.path("id")?;
    let (context, body): (_, CaseNoteText) = request.json_command(&app, BODY_BYTES_MAX).await?;
    let workflow = app.workflow;
    answer(async move {
        let kept = context.clone();
        let render = move |added: &CaseNoteAdded| rendered(&kept, CaseNoteAddedBody::from(added));
        workflow.add_case_note(&context, &id, &body.text, &render).await
    })
    .await
}
