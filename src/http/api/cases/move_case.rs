//! `POST /v1/cases/{id}/transitions`: a regulator moves a case from one state to another.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        response::idempotent_write::{Done, answer, rendered},
        values::{
            choices::CaseState,
            identifiers::{CaseId, IdempotencyHeader},
            value::Invalid,
        },
        wire::cases::case::CaseMovedBody,
    },
    workflow::cases::CaseMoved,
};

const BODY_BYTES_MAX: usize = 64 * 1024;

/// A step, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseStep {
    /// suspected, notified, confirmed, dismissed or closed.
    #[schema(example = "notified", format = "CaseState")]
    pub to: String,
    /// 1 to 4,000 characters; it stays in the history for ever.
    #[schema(value_type = String, required = true, max_length = 4000, example = "sin respuesta")]
    pub reason: Option<String>,
    /// The version of the case that was decided on.
    #[schema(example = 1)]
    pub version: i32,
}

/// Move a case to another state
///
/// Only along the allowed steps, with a reason, and on the version last read: of two decisions at once, the second one gets
/// `stale_version`. To confirm takes two persons: the first one's request is a proposal (`proposed: true`, the state stays), the
/// second one's decides; any other event in between lapses the proposal. A case that was notified and not answered can be confirmed only
/// after the last day to reply.
#[utoipa::path(post, operation_id = "move_case", path = "/v1/cases/{id}/transitions", tag = "cases", request_body = CaseStep,
    params(("id" = CaseId, Path, description = "As in the list of cases", example = "c000001"),
        IdempotencyHeader),
    responses((status = 200, description = "How the case stands now", body = Done<CaseMovedBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let CaseId(id) = request.path("id")?;
    let (context, body): (_, CaseStep) = request.json_command(&app, BODY_BYTES_MAX).await?;
    let in_body = |fault: Invalid| Problem::bad_body_pointer("/to", fault.code, fault.detail);
    let CaseState(to) = body.to.parse().map_err(in_body)?;
    let workflow = app.workflow;
    answer(async move {
        let kept = context.clone();
        let render = move |moved: &CaseMoved| rendered(&kept, CaseMovedBody::from(moved));
        workflow.move_case(&context, &id, to, body.reason.as_deref().unwrap_or_default(), body.version, &render).await
    })
    .await
}
