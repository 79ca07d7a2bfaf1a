//! `POST /v1/petition-supports`: somebody confirms a support, and it counts.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::idempotent_write::{Done, DoneMeta, run_to_completion},
    wire::participation::{petition::SupportConfirmedBody, sent::SupportCode},
};

const BODY_BYTES_MAX: usize = 4096;

/// Confirm the support of a petition
///
/// The same code again, or another one of the same person, changes nothing: `new` is false.
#[utoipa::path(post, operation_id = "confirm_support", path = "/v1/petition-supports", tag = "participation", request_body = SupportCode,
    responses((status = 200, description = "The support counts", body = Done<SupportConfirmedBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let SupportCode { code } = request.json(BODY_BYTES_MAX).await?;
    let (network, now, today, workflow) = (request.context.network, app.now(), app.today(), app.workflow.clone());
    let meta = DoneMeta { request_id: request.context.request_id.to_string(), at: now.to_string() };
    let confirmed = run_to_completion(async move { workflow.confirm_support(&code, network, (now, today)).await }).await?;
    Answer::json(&Done { data: SupportConfirmedBody::from(&confirmed), meta })
}
