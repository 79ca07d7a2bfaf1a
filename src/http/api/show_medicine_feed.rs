//! `GET /v1/medicines/{cum}/changes.atom`: the changes of one medicine for a feed reader. Nobody needs a key to watch.

use crate::{
    domain::cum::Cum,
    http::{
        Answer, App,
        asked_changes::{Newest, Since},
        atom::{self, Subject},
        problem::Problem,
        request::Request,
        unknown_medicine::unknown_medicine,
    },
};

/// Follow one medicine in a feed reader
///
/// What changed of one medicine as Atom 1.0, newest first: its data, its ceilings, and the unit price of its market. Anybody can watch a
/// medicine this way, without a key.
#[utoipa::path(get, operation_id = "show_medicine_feed", path = "/v1/medicines/{cum}/changes.atom", tag = "changes",
    params(("cum" = String, Path, description = "CUM in any spelling", example = "19914312-20"), Since, Newest),
    responses((status = 200, description = "The feed", body = String, content_type = "application/atom+xml"),
        (status = 304, description = "Not modified"),
        (status = "4XX", description = "Malformed or unknown", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "Try again", body = Problem, content_type = "application/problem+json")))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let cum: Cum = request.path("cum")?;
    let mut filter = request.query::<Since>()?.read(None)?;
    let limit = request.query::<Newest>()?.read()?;
    filter.cum = Some(cum);
    if !app.read_model.knows_medicine(cum).await? {
        return Err(unknown_medicine(&app, cum).await);
    }
    atom::answer(&app, &request, &Subject::Medicine(cum), &filter, limit).await
}
