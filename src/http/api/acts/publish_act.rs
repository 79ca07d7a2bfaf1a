//! `POST /v1/act-drafts/{id}/publication`: an approved draft becomes law.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::idempotent_write::{self, Done, rendered},
    values::identifiers::IdempotencyHeader,
    wire::acts::{act_draft::NewPublication, act_effect::EffectBody},
};

const BODY_BYTES_MAX: usize = 16 * 1024;

/// Publish an act
///
/// An approved draft becomes law, visible to everyone at once with the day from which it binds; what it supersedes ends on that day, and
/// exactly the stored reports that it touches are judged again. Two acts cannot bind the same market or CUM, stage and channel on the same
/// day: of two that are published at the same instant one is 201 and the other 409, naming the first. A published act cannot be changed.
/// Everybody who may approve may publish, the approver too: two persons have seen the content by then. A draft that was not consulted on needs a
/// public reason.
#[utoipa::path(post, operation_id = "publish_act", path = "/v1/act-drafts/{id}/publication", tag = "acts",
    params(("id" = String, Path, description = "As given when it was drafted", example = "d7Hq2LxV0aB"),
        IdempotencyHeader), request_body = NewPublication,
    responses((status = 201, description = "What it did", body = Done<EffectBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let id: String = request.path("id")?;
    let (context, body): (_, NewPublication) = request.json_command(&app, BODY_BYTES_MAX).await?;
    let reason = idempotent_write::reason(&body.reason)?;
    let none = body.no_consultation_reason.as_deref();
    let none = none.map(|text| idempotent_write::reason_at("/no_consultation_reason", text)).transpose()?;
    idempotent_write::answer(async move {
        let render = |effect: &_| rendered(&context, EffectBody::from(effect));
        app.workflow.publish_act(&context, &id, (&reason, none.as_deref()), &render).await
    })
    .await
}
