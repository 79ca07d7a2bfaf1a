//! `POST /v1/price-reports/{id}/answers`: a regulator answers what was asked, once.

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        response::idempotent_write::{Done, answer, rendered},
        values::{
            identifiers::IdempotencyHeader,
            price_reports::{PriceReportDisposition, PriceReportId},
            value::Invalid,
        },
        wire::price_reports::{price_report::PriceReportMovedBody, sent::PriceReportAnswerText},
    },
    workflow::price_reports::{deciding::NewReportAnswer, holding::PriceReportMoved},
};

const BODY_BYTES_MAX: usize = 64 * 1024;

/// Answer what was asked with a report of a price
///
/// Once, with at least 80 characters in Spanish. The words are for whoever has the ticket; that it was answered, when and how is public.
#[utoipa::path(post, operation_id = "answer_price_report", path = "/v1/price-reports/{id}/answers", tag = "price_reports", request_body = PriceReportAnswerText,
    params(("id" = PriceReportId, Path, description = "As in the queue", example = "p0123456789ab"), IdempotencyHeader),
    responses((status = 201, description = "How the report stands now", body = Done<PriceReportMovedBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let PriceReportId(id) = request.path("id")?;
    let (context, body): (_, PriceReportAnswerText) = request.json_command(&app, BODY_BYTES_MAX).await?;
    let in_body = |fault: Invalid| Problem::bad_body_pointer("/disposition", fault.code, fault.detail);
    let PriceReportDisposition(disposition) = body.disposition.parse().map_err(in_body)?;
    let new = NewReportAnswer { disposition, text_es: body.text_es, text_en: body.text_en };
    let workflow = app.workflow;
    answer(async move {
        let kept = context.clone();
        let render = move |moved: &PriceReportMoved| rendered(&kept, PriceReportMovedBody::from(moved));
        workflow.answer_price_report(&context, &id, &new, &render).await
    })
    .await
}
