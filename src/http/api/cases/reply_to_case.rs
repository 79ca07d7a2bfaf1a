//! `POST /v1/cases/{id}/replies`: the seller answers what it was notified of.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        response::idempotent_write::{Done, answer, rendered},
        values::identifiers::{CaseId, IdempotencyHeader},
        wire::cases::case::CaseMovedBody,
    },
    workflow::cases::CaseMoved,
};

/// 20,000 characters, each at most two escapes of six bytes.
const BODY_BYTES_MAX: usize = 256 * 1024;

/// The seller's own words.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseReply {
    /// 1 to 20,000 characters. Published as it is if the case is confirmed.
    #[schema(max_length = 20000)]
    pub text: String,
}

/// Reply to a case
///
/// The right of reply of the seller, from its notification until the case is decided, as often as it wants. Every reply stays in the
/// history, stands in the dossier, and is published beside the finding if the case is confirmed.
#[utoipa::path(post, operation_id = "reply_to_case", path = "/v1/cases/{id}/replies", tag = "cases", request_body = CaseReply,
    params(("id" = CaseId, Path, description = "As in the list of cases", example = "c000001"),
        IdempotencyHeader),
    responses((status = 201, description = "The reply is kept", body = Done<CaseMovedBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let CaseId(id) = request.path("id")?;
    let (context, body): (_, CaseReply) = request.json_command(&app, BODY_BYTES_MAX).await?;
    let workflow = app.workflow;
    answer(async move {
        let kept = context.clone();
        let render = move |moved: &CaseMoved| rendered(&kept, CaseMovedBody::from(moved));
        workflow.reply(&context, &id, &body.text, &render).await
    })
    .await
}
