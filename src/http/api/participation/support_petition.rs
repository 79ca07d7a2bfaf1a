//! `POST /v1/petitions/{id}/supports`: somebody begins to support a petition.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::idempotent_write::{Done, DoneMeta, run_to_completion},
    values::identifiers::PetitionId,
    wire::participation::{petition::SupportCodeBody, sent::SupportContact},
};

const BODY_BYTES_MAX: usize = 4096;

/// Begin to support a petition
///
/// The contact is kept nowhere: a pseudonym is made of it, under a pepper of this petition alone, that is destroyed 28 days after the answer.
/// The support counts when the code is confirmed, by POST, within seven days; each person counts once. Nothing is written yet.
#[utoipa::path(post, operation_id = "support_petition", path = "/v1/petitions/{id}/supports", tag = "participation", request_body = SupportContact,
    params(("id" = PetitionId, Path, description = "As in the list of petitions", example = "q0123456789ab")),
    responses((status = 200, description = "The code that confirms it", body = Done<SupportCodeBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let PetitionId(id) = request.path("id")?;
    let SupportContact { contact } = request.json(BODY_BYTES_MAX).await?;
    let (network, now, workflow) = (request.context.network, app.now(), app.workflow.clone());
    let meta = DoneMeta { request_id: request.context.request_id.to_string(), at: now.to_string() };
    let code = run_to_completion(async move { workflow.begin_support(&id, &contact, network, now).await }).await?;
    Answer::json(&Done { data: SupportCodeBody { code }, meta })
}
