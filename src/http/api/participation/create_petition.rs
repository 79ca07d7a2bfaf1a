//! `POST /v1/petitions`: somebody petitions the authority; no key is needed.

use hyper::StatusCode;

use crate::{
    domain::participation::petition,
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::{incoming::Request, json_body},
        response::idempotent_write::{Done, DoneMeta, run_to_completion},
        values::{
            choices::PetitionSubject,
            identifiers::{Cum, IdempotencyHeader},
            value::Invalid,
        },
        wire::participation::{petition::PetitionReceivedBody, sent::NewPetitionBody},
    },
    workflow::petitions::receiving::NewPetition,
};

const BODY_BYTES_MAX: usize = 64 * 1024;

/// Petition the authority to review a price
///
/// No account, no name and no e-mail address. One petition alone obliges an answer: the last day and the law stand in the answer to this. The
/// ticket is stored nowhere: with it, whoever petitioned contests the answer or withdraws. A second try with the same `Idempotency-Key` and the
/// same body gets the same answer, so take a random key. The text becomes public once a person of the authority has read it.
#[utoipa::path(post, operation_id = "create_petition", path = "/v1/petitions", tag = "participation", request_body = NewPetitionBody,
    params(IdempotencyHeader),
    responses((status = 201, description = "It is received: keep the ticket, it is not shown again", body = Done<PetitionReceivedBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let bytes = request.json_bytes(BODY_BYTES_MAX).await?;
    let call = request.public_call(&app, &bytes)?;
    let body: NewPetitionBody = json_body::parse(&bytes)?;
    let in_body = |pointer: &'static str| move |fault: Invalid| Problem::bad_body_pointer(pointer, fault.code, fault.detail);
    let PetitionSubject(subject) = body.subject.parse().map_err(in_body("/subject"))?;
    let target = body.target.filter(|target| !target.is_empty());
    let target = match subject {
        petition::PetitionSubject::ReviewMarket => target,
        _ => target.map(|text| text.parse().map(|Cum(cum)| cum.to_string())).transpose().map_err(in_body("/target"))?,
    };
    let new = NewPetition { language: request.language.code(), subject, target, request: body.request, reasons: body.reasons };
    let meta = DoneMeta { request_id: call.request_id.clone(), at: call.now.to_string() };
    let workflow = app.workflow;
    let received = run_to_completion(async move { workflow.receive_petition(&call, &new).await }).await?;
    Ok(Answer::json(&Done { data: PetitionReceivedBody::from(&received), meta })?.with_status(StatusCode::CREATED))
}
