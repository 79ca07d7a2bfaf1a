//! `GET /v1/feeds`: the data sets that are read by themselves.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::incoming::Request,
    response::envelope::Envelope,
    wire::service::{feed::FeedBody, meta::Many},
};

/// List the data sets that are read by themselves
///
/// Each official data set that this program knows how to read, with its newest run. What fails, or would make the data worse, changes nothing: the
/// edition before stays in force. Whether this service reads them at all stands in the status.
#[utoipa::path(get, operation_id = "list_feeds", path = "/v1/feeds", tag = "service",
    responses((status = 200, description = "The data sets, in the order in which they are read",
        content((Many<FeedBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    // A run that changes no data is news here.
    let reply = Envelope::begin(&app, &request, &[]).await?.by_content(&request);
    let feeds = app.read_model.list_feeds().await?;
    let bodies: Vec<FeedBody> = feeds.iter().map(|feed| FeedBody::new(feed, reply.language)).collect();
    reply.many(&bodies)
}
