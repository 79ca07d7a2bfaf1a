//! `GET /v1/me`: who the key sent with the request belongs to.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    wire::service::{authority::ActorBody, meta::One},
};

/// Show who the key belongs to
///
/// The principal, its kind and the scopes of the key sent with the request: the first call to make with a new key. And every living key
/// of the principal, with who made and who confirmed it: one that you do not know of is a reason to ask.
#[utoipa::path(get, operation_id = "show_me", path = "/v1/me", tag = "audit",
    responses((status = 200, description = "The principal", body = One<ActorBody>), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let reply = Envelope::begin(&app, &request, &[]).await?;
    let actor = request.actor()?;
    let keys = app.read_model.living_keys(&actor.principal, app.now()).await?;
    reply.one(ActorBody::new(actor, &keys))
}
