//! `GET /v1/changes.atom`: the newest changes for a feed reader.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    params::change_filter::{FeedLimit, FeedParameters},
    request::incoming::Request,
    response::atom::{self, Subject},
};

/// Follow what changes in a feed reader
///
/// The newest changes of ceilings and products as Atom 1.0, newest first, with titles in Spanish or English. For machines that must not
/// miss a change there is `/v1/changes`.
#[utoipa::path(get, operation_id = "show_change_feed", path = "/v1/changes.atom", tag = "changes", params(FeedParameters, FeedLimit),
    responses((status = 200, description = "The feed", body = String, content_type = "application/atom+xml"),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let (filter, limit) = FeedParameters::read(&request, None)?;
    atom::answer(&app, &request, &Subject::Everything, &filter, limit).await
}
