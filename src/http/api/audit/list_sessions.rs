//! `GET /v1/me/sessions`: in which browsers the key's principal is signed in.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    wire::service::{authority::SessionBody, meta::Many},
};

/// List your sessions in browsers
///
/// The living sessions of the work area (`/trabajo`) that were begun with any key of your principal. One that you do not know of is a
/// reason to end them all (`end_sessions`) and to have the key revoked.
#[utoipa::path(get, operation_id = "list_sessions", path = "/v1/me/sessions", tag = "audit",
    responses((status = 200, description = "The sessions, the newest first", content((Many<SessionBody> = "application/json"), (String = "text/csv"))),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let reply = Envelope::begin(&app, &request, &[]).await?;
    let sessions = app.workflow.list_sessions(&request.actor()?.principal, app.now()).await?;
    let bodies: Vec<SessionBody> = sessions.iter().map(SessionBody::from).collect();
    reply.many(&bodies)
}
