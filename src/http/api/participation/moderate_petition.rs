//! `POST /v1/petitions/{id}/moderation`: a regulator reads a petition before everybody can.

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        response::idempotent_write::{Done, answer, rendered},
        values::identifiers::{IdempotencyHeader, PetitionId},
        wire::participation::{petition::PetitionMovedBody, sent::PetitionModeration},
    },
    workflow::petitions::holding::PetitionMoved,
};

const BODY_BYTES_MAX: usize = 64 * 1024;

/// Publish the words of a petition, or hold them back
///
/// A regulator reads a petition before everybody can. What stays back needs a public reason, and is owed an answer all the same.
#[utoipa::path(post, operation_id = "moderate_petition", path = "/v1/petitions/{id}/moderation", tag = "participation", request_body = PetitionModeration,
    params(("id" = PetitionId, Path, description = "As in the list of petitions", example = "q0123456789ab"), IdempotencyHeader),
    responses((status = 200, description = "How the petition stands now", body = Done<PetitionMovedBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let PetitionId(id) = request.path("id")?;
    let (context, body): (_, PetitionModeration) = request.json_command(&app, BODY_BYTES_MAX).await?;
    let workflow = app.workflow;
    answer(async move {
        let kept = context.clone();
        let render = move |moved: &PetitionMoved| rendered(&kept, PetitionMovedBody::from(moved));
        workflow.moderate_petition(&context, &id, (body.publish, body.reason.as_deref()), &render).await
    })
    .await
}
