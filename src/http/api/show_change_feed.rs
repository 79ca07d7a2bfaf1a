//! `GET /v1/changes.atom`: the newest changes for a feed reader.

use crate::http::{
    Answer, App,
    asked_changes::{Newest, Since},
    atom::{self, Subject},
    problem::Problem,
    request::Request,
};

/// Follow what changes in a feed reader
///
/// The newest changes of ceilings and products as Atom 1.0, newest first, with titles in Spanish or English. For machines that must not
/// miss a change there is `/v1/changes`.
#[utoipa::path(get, operation_id = "show_change_feed", path = "/v1/changes.atom", tag = "changes", params(Since, Newest),
    responses((status = 200, description = "The feed", body = String, content_type = "application/atom+xml"),
        (status = 304, description = "Not modified"),
        (status = "4XX", description = "Malformed", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "Try again", body = Problem, content_type = "application/problem+json")))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let filter = request.query::<Since>()?.read(None)?;
    let limit = request.query::<Newest>()?.read()?;
    atom::answer(&app, &request, &Subject::Everything, &filter, limit).await
}
