//! `GET /v1/held-imports`: files that wait for a person.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    wire::service::{held_import::HeldImportBody, meta::Many},
};

/// List the files that wait for a person
///
/// Of files that would have made the published data worse nothing counts until a person lets them in or lets them go: why each is held, what was
/// found in it, and what is in force. They came by themselves (`run` says from which reading), or were given to the command line. The newest 200.
#[utoipa::path(get, operation_id = "list_held_imports", path = "/v1/held-imports", tag = "service",
    responses((status = 200, description = "The files, newest first", content((Many<HeldImportBody> = "application/json"), (String = "text/csv"))),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let reply = Envelope::begin(&app, &request, &[]).await?;
    let held = app.read_model.held_imports().await?;
    let bodies: Vec<HeldImportBody> = held.iter().map(|one| HeldImportBody::new(one, reply.language)).collect();
    reply.many(&bodies)
}
