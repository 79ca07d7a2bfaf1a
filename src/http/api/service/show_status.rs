//! `GET /v1/status`: how fresh the data are.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    wire::service::{meta::One, source::StatusBody},
};

/// Show how fresh the data are
///
/// Each kind of data with its age and a colour: green, amber or red. A list of ceilings that is red no longer speaks for today.
/// `feeds` says whether this service reads official data by itself, `mail` whether it sends e-mail.
#[utoipa::path(get, operation_id = "show_status", path = "/v1/status", tag = "service",
    responses((status = 200, description = "The status", body = One<StatusBody>), (status = 304, description = "Not modified"),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    // A file that is held changes no data.
    let sources = &["ceilings", "sismed", "thermometer", "catalogue"];
    let reply = Envelope::begin(&app, &request, sources).await?.by_content(&request);
    let today = app.today();
    let status = app.read_model.status(today).await?;
    reply.with_as_of(today).one(StatusBody::new(&status, app.reads_feeds, app.workflow.does_send_mail()))
}
