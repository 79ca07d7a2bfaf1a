//! `POST /v1/act-drafts/{id}/list`: uploads a draft's ceilings in the layout of an official list.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        response::idempotent_write::{self, Done, rendered},
        values::identifiers::IdempotencyHeader,
        wire::acts::act_draft::UploadedBody,
    },
    workflow::acts::list_upload::IfApproved,
};

const LIST_BYTES_MAX: u64 = 64 * 1024 * 1024;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UploadDraftListQuery {
    /// Add the rows although the draft is approved: its approval is voided, and it is a draft that needs another approval.
    pub void_approval: Option<bool>,
}

/// Upload a draft's ceilings in an official list layout
///
/// The workbook of MinSalud (xlsx) or the open-data list (CSV). Rows of this act are taken, with its columns, margins, markets and contents;
/// rows of other acts are passed over. A row of this act that cannot be read refuses the whole upload: an act has no holes.
///
/// A person who adds rows becomes a contributor of the draft and cannot approve it. An approved draft takes no rows (409 `conflict`) unless
/// `void_approval=true`: then the approval is voided, the rows are added and the draft waits for another approval; only a contributor or the
/// approver may do so. An upload without a row of this act changes nothing.
#[utoipa::path(post, operation_id = "upload_draft_list", path = "/v1/act-drafts/{id}/list", tag = "acts",
    params(("id" = String, Path, description = "As given when it was drafted", example = "d7Hq2LxV0aB"),
        IdempotencyHeader, UploadDraftListQuery),
    request_body(content((Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (String = "text/csv"))),
    responses((status = 200, description = "What was taken", body = Done<UploadedBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let id: String = request.path("id")?;
    let query: UploadDraftListQuery = request.query()?;
    let if_approved = if query.void_approval == Some(true) { IfApproved::Void } else { IfApproved::Refuse };
    let spooled = request.spool(&app.workflow, LIST_BYTES_MAX).await?;
    let context = request.command_context_with(&app, spooled.request_digest.clone())?;
    idempotent_write::answer(async move {
        let path = spooled.path().to_owned();
        let render = |uploaded: &_| rendered(&context, UploadedBody::from(uploaded));
        app.workflow.upload_draft_list(&context, &id, path, if_approved, &render).await
    })
    .await
}
