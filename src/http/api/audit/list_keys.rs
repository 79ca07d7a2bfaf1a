//! `GET /v1/api-keys`: who holds which keys.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    wire::service::{api_key::KeyBody, meta::Many},
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListKeysQuery {
    /// Those that are revoked or whose time is over, too.
    pub ended: Option<bool>,
}

/// List the keys of people
///
/// Living keys and those that wait for their owner or for a second person, with who made and who confirmed each, and the day of its last use. Those
/// who make, confirm or audit keys see everybody's but the free ones; everybody else sees their own. One of yours that you do not know of is a
/// reason to revoke it (`revoke_key`).
#[utoipa::path(get, operation_id = "list_keys", path = "/v1/api-keys", tag = "audit", params(ListKeysQuery),
    responses((status = 200, description = "The keys, oldest first", content((Many<KeyBody> = "application/json"), (String = "text/csv"))), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let query: ListKeysQuery = request.query()?;
    let reply = Envelope::begin(&app, &request, &[]).await?;
    let now = app.now();
    let keys = app.workflow.keys_seen_by(request.actor()?).await?;
    let is_listed = |key: &KeyBody| query.ended == Some(true) || !matches!(key.state, "ended" | "revoked");
    let bodies: Vec<KeyBody> = keys.iter().map(|key| KeyBody::new(key, now)).filter(is_listed).collect();
    reply.many(&bodies)
}
