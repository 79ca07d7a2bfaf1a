//! `GET /v1/petition-queue`: what waits for an answer of the authority.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    wire::{participation::petition::PetitionBody, service::meta::Many},
};

/// At once: the others come after these.
const ROWS_MAX: i64 = 500;

/// List the petitions that wait for an answer
///
/// Those that more people support first, by the thresholds; then what is due first. With their words, published or not. The first 500.
#[utoipa::path(get, operation_id = "list_petition_queue", path = "/v1/petition-queue", tag = "participation",
    responses((status = 200, description = "The petitions, in the order of the queue", content((Many<PetitionBody> = "application/json"), (String = "text/csv"))),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let reply = Envelope::begin(&app, &request, &[]).await?;
    let petitions = app.read_model.petition_queue(ROWS_MAX).await?;
    let bodies: Vec<PetitionBody> = petitions.iter().map(|petition| PetitionBody::whole(petition, request.language)).collect();
    reply.many(&bodies)
}
