//! `POST /v1/consultations/{id}/comments`: somebody comments on a line; no key is needed.

use hyper::StatusCode;

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::{incoming::Request, json_body},
        response::idempotent_write::{Done, DoneMeta, run_to_completion},
        values::{
            consultations::{CommentKind, ConsultationId, LineName},
            identifiers::IdempotencyHeader,
            numbers::PriceAmount,
            value::Invalid,
        },
        wire::consultations::{comment::CommentReceivedBody, sent::NewCommentBody},
    },
    workflow::consultations::commenting::NewComment,
};

const BODY_BYTES_MAX: usize = 64 * 1024;

/// Comment on a line of a draft
///
/// No account, no name and no e-mail address; links are shown as text. It is public at once, and owed a reply in the term of the law. The ticket
/// is stored nowhere: with it, whoever wrote the comment withdraws it. A second try with the same `Idempotency-Key` and the same body gets the same
/// answer, so take a random key. A line that there is not is answered 400 `line_unknown` with the nearest ones, an older version 409
/// `draft_version_superseded` with the line as it is now, and after the last day 409 `consultation_closed`. At most 20 in an hour from one network.
#[utoipa::path(post, operation_id = "create_comment", path = "/v1/consultations/{id}/comments", tag = "consultations", request_body = NewCommentBody,
    params(("id" = ConsultationId, Path, description = "That of the draft", example = "d7Hq2LxV0aB"), IdempotencyHeader),
    responses((status = 201, description = "It is received: keep the ticket, it is not shown again", body = Done<CommentReceivedBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let ConsultationId(id) = request.path("id")?;
    let bytes = request.json_bytes(BODY_BYTES_MAX).await?;
    let call = request.public_call(&app, &bytes)?;
    let body: NewCommentBody = json_body::parse(&bytes)?;
    let in_body = |pointer: &'static str| move |fault: Invalid| Problem::bad_body_pointer(pointer, fault.code, fault.detail);
    let LineName(line) = body.line.parse().map_err(in_body("/line"))?;
    let CommentKind(kind) = body.kind.parse().map_err(in_body("/kind"))?;
    let value = body.proposed_value.filter(|text| !text.is_empty());
    let value = value.map(|text| text.parse()).transpose().map_err(in_body("/proposed_value"))?;
    let new = NewComment {
        language: request.language.code(),
        line,
        kind,
        text: body.text,
        proposed_value: value.map(|PriceAmount(amount)| amount),
        on_behalf_of: body.on_behalf_of.filter(|name| !name.trim().is_empty()),
        interest_declared: body.interest_declared,
    };
    let meta = DoneMeta { request_id: call.request_id.clone(), at: call.now.to_string() };
    let workflow = app.workflow;
    let received = run_to_completion(async move { workflow.receive_comment(&call, &id, &new).await }).await?;
    Ok(Answer::json(&Done { data: CommentReceivedBody::from(&received), meta })?.with_status(StatusCode::CREATED))
}
