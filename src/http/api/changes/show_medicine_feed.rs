//! `GET /v1/medicines/{cum}/changes.atom`: the changes of one medicine for a feed reader, without a key.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    params::change_filter::{FeedLimit, FeedParameters},
    request::incoming::Request,
    response::{
        atom::{self, Subject},
        unknown_medicine::unknown_medicine,
    },
    values::identifiers::Cum,
};

/// Follow one medicine in a feed reader
///
/// What changed of one medicine as Atom 1.0, newest first: its data, its ceilings, and the unit price of its market. Anybody can watch a
/// medicine this way, without a key.
#[utoipa::path(get, operation_id = "show_medicine_feed", path = "/v1/medicines/{cum}/changes.atom", tag = "changes",
    params(("cum" = Cum, Path, description = "CUM in any spelling", example = "19914312-20"), FeedParameters, FeedLimit),
    responses((status = 200, description = "The feed", body = String, content_type = "application/atom+xml"),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let Cum(cum) = request.path("cum")?;
    let (filter, limit) = FeedParameters::read(&request, Some(cum))?;
    if !app.read_model.knows_medicine(cum).await? {
        return Err(unknown_medicine(&app, cum).await);
    }
    atom::answer(&app, &request, &Subject::Medicine(cum), &filter, limit).await
}
