//! `POST /v1/purchases/{id}/corrections`: anybody says what a line is; no key is needed.

use hyper::StatusCode;

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::{incoming::Request, json_body},
        response::idempotent_write::{Done, DoneMeta, run_to_completion},
        values::{
            choices::CorrectionSender,
            identifiers::{Cum, IdempotencyHeader, PurchaseId},
            value::Invalid,
        },
        wire::purchases::correction::{CorrectionReceivedBody, NewCorrectionBody},
    },
    workflow::corrections::receiving::NewCorrection,
};

const BODY_BYTES_MAX: usize = 32 * 1024;

/// Correct what a line of a purchase was read as
///
/// For the buyer, the seller or anybody: no account, no name. It obliges an answer: the last day and the law stand in the answer to this, and where it
/// stands is public. The ticket is stored nowhere; with it, whoever wrote withdraws. A second try with the same `Idempotency-Key` and the same body gets
/// the same answer, so take a random key. The text becomes public with its answer.
#[utoipa::path(post, operation_id = "correct_purchase", path = "/v1/purchases/{id}/corrections", tag = "purchases", request_body = NewCorrectionBody,
    params(("id" = PurchaseId, Path, description = "As in the list of purchases", example = "b0123456789abcdef"), IdempotencyHeader),
    responses((status = 201, description = "It is received: keep the ticket, it is not shown again", body = Done<CorrectionReceivedBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let PurchaseId(purchase) = request.path("id")?;
    let bytes = request.json_bytes(BODY_BYTES_MAX).await?;
    let call = request.public_call(&app, &bytes)?;
    let body: NewCorrectionBody = json_body::parse(&bytes)?;
    let in_body = |pointer: &'static str| move |fault: Invalid| Problem::bad_body_pointer(pointer, fault.code, fault.detail);
    let CorrectionSender(sender) = body.sender.parse().map_err(in_body("/sender"))?;
    let cum = body.cum.filter(|cum| !cum.is_empty());
    let cum = cum.map(|text| text.parse().map(|Cum(cum)| cum)).transpose().map_err(in_body("/cum"))?;
    let new = NewCorrection { purchase, language: request.language.code(), sender, text: body.text, cum };
    let meta = DoneMeta { request_id: call.request_id.clone(), at: call.now.to_string() };
    let workflow = app.workflow;
    let received = run_to_completion(async move { workflow.receive_correction(&call, &new).await }).await?;
    Ok(Answer::json(&Done { data: CorrectionReceivedBody::from(&received), meta })?.with_status(StatusCode::CREATED))
}
