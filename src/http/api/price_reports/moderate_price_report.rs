//! `POST /v1/price-reports/{id}/moderation`: a regulator says whether a report counts.

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        response::idempotent_write::{Done, answer, rendered},
        values::{
            identifiers::IdempotencyHeader,
            price_reports::{NotUsableReason, PriceReportId},
            value::Invalid,
        },
        wire::price_reports::{price_report::PriceReportMovedBody, sent::PriceReportModeration},
    },
    workflow::price_reports::holding::PriceReportMoved,
};

const BODY_BYTES_MAX: usize = 4096;

/// Say whether a report of a price counts
///
/// What does not count has a public reason of a closed list. What names no single product cannot count.
#[utoipa::path(post, operation_id = "moderate_price_report", path = "/v1/price-reports/{id}/moderation", tag = "price_reports", request_body = PriceReportModeration,
    params(("id" = PriceReportId, Path, description = "As in the queue", example = "p0123456789ab"), IdempotencyHeader),
    responses((status = 200, description = "How the report stands now", body = Done<PriceReportMovedBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let PriceReportId(id) = request.path("id")?;
    let (context, body): (_, PriceReportModeration) = request.json_command(&app, BODY_BYTES_MAX).await?;
    let in_body = |fault: Invalid| Problem::bad_body_pointer("/not_usable", fault.code, fault.detail);
    let reason = body.not_usable.map(|text| text.parse().map(|NotUsableReason(reason)| reason)).transpose().map_err(in_body)?;
    let workflow = app.workflow;
    answer(async move {
        let kept = context.clone();
        let render = move |moved: &PriceReportMoved| rendered(&kept, PriceReportMovedBody::from(moved));
        workflow.moderate_price_report(&context, &id, reason, &render).await
    })
    .await
}
