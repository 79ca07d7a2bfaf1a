//! Who holds which keys: everybody's for those who make, confirm or audit keys, and everybody else's own.

use serde_json::{Value, json};

use super::super::{
    operation::{Call, permits, read},
    page::{WorkPage, in_colombia, shown},
    visit::Visit,
};
use crate::http::{App, Endpoint, Problem, Request};

pub const PATH: &str = "/trabajo/personas";

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![shown(PATH, show)]
}

async fn show(app: App, request: Request, visit: Visit) -> Result<WorkPage, Problem> {
    let actor = &visit.session.actor;
    let ended = request.query_pairs.get("todas").is_some();
    let keys = keys(&app, &request, ended).await?;
    let is_own = |key: &Value| key["principal"] == actor.principal.as_str();
    let (own, others): (Vec<Value>, Vec<Value>) = keys.into_iter().partition(is_own);
    let (waiting, others): (Vec<Value>, Vec<Value>) = others.into_iter().partition(|key| key["state"] == "waiting");
    let content = json!({
        "own": own, "waiting": waiting, "others": others, "ended": ended, "requests": permits(actor, "request_key"),
        "revoked": request.query_pairs.get("hecho").is_some(), "session_key": actor.key,
    });
    Ok(WorkPage::new("work_keys.html", content))
}

/// Keys that the visitor may see, each with its instants as people read them.
pub async fn keys(app: &App, request: &Request, ended: bool) -> Result<Vec<Value>, Problem> {
    let query = [("ended", if ended { "true" } else { "" })];
    let mut answer = read(app, request, Call { name: "list_keys", path: &[] }, &query).await?;
    let Value::Array(mut keys) = answer["data"].take() else { return Ok(Vec::new()) };
    for key in &mut keys {
        for member in ["created_at", "confirmed_at", "taken_at", "expires_at", "revoked_at"] {
            key[member] = in_colombia(&key[member]).into();
        }
    }
    Ok(keys)
}
