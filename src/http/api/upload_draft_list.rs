//! `POST /v1/act-drafts/{id}/list`: a draft's ceilings as an official list.

use crate::http::{
    Answer, App,
    problem::Problem,
    request::Request,
    wire::act_draft::UploadedBody,
    writing::{self, Done, rendered},
};

const LIST_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Upload a draft's ceilings in an official list layout
///
/// The workbook of MinSalud (xlsx) or the open-data list (CSV). Rows of this act are taken, with its columns, margins, markets and contents;
/// rows of other acts are passed over. A row of this act that cannot be read refuses the whole upload: an act has no holes.
#[utoipa::path(post, operation_id = "upload_draft_list", path = "/v1/act-drafts/{id}/list", tag = "acts",
    params(("id" = String, Path, description = "As given when it was drafted", example = "d7Hq2LxV0aB"),
        ("Idempotency-Key" = String, Header, description = "One per deed; the same when trying again")),
    request_body(content((Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (String = "text/csv"))),
    responses((status = 200, description = "What was taken", body = Done<UploadedBody>),
        (status = "4XX", description = "Malformed, unknown or not usable", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "Outcome unknown: try again with the same Idempotency-Key", body = Problem, content_type = "application/problem+json")))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let id: String = request.path("id")?;
    let spooled = request.spool(&app.desk, LIST_BYTES_MAX).await?;
    let call = request.call_with(&app, spooled.request_digest.clone())?;
    writing::answer(async move {
        let path = spooled.path.clone();
        app.desk.upload_draft_list(&call, &id, path, &|uploaded| rendered(&call, UploadedBody::from(uploaded))).await
    })
    .await
}
