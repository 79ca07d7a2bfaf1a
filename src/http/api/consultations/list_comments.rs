//! `GET /v1/consultations/{id}/comments`: what people wrote on the lines of a draft, and what was replied.

use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::{incoming::Request, pagination::PageParameters},
        response::envelope::Envelope,
        values::{
            consultations::{CommentDisposition, CommentKind, ConsultationId, LineName},
            numbers::Flag,
        },
        wire::{consultations::comment::CommentBody, service::meta::Many},
    },
    read_model::consultations::comments::CommentFilter,
};

/// Filters of comments; without them, all.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CommentParameters {
    /// Only comments on this line, in whatever version.
    #[param(example = "d7Hq2LxV0aB.v1/ceiling/19914312-20/institutional")]
    line: Option<LineName>,
    #[param(example = "error_of_fact")]
    kind: Option<CommentKind>,
    /// Only those with a reply that says this.
    #[param(example = "accepted")]
    disposition: Option<CommentDisposition>,
    /// Only those that wait for a reply; `false`: only the others.
    #[param(value_type = Option<bool>)]
    open: Option<Flag>,
}

/// List the comments on a draft
///
/// The public ones, in the order in which they came, each with what became of its line and the reply. How many stay back, and why, says
/// `show_consultation`.
#[utoipa::path(get, operation_id = "list_comments", path = "/v1/consultations/{id}/comments", tag = "consultations",
    params(("id" = ConsultationId, Path, description = "That of the draft", example = "d7Hq2LxV0aB"), CommentParameters, PageParameters),
    responses((status = 200, description = "Comments, in the order in which they came", content((Many<CommentBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let ConsultationId(id) = request.path("id")?;
    let CommentParameters { line, kind, disposition, open } = request.query()?;
    let filter = CommentFilter {
        line: line.map(|LineName(line)| line.line),
        kind: kind.map(|CommentKind(kind)| kind),
        disposition: disposition.map(|CommentDisposition(disposition)| disposition),
        open: open.map(|Flag(open)| open),
    };
    let page = request.page()?;
    let after: Option<(Timestamp, String)> = page.after()?;
    let reply = Envelope::begin(&app, &request, &[]).await?.by_content(&request);
    if app.read_model.find_consultation(&id).await?.is_none() {
        return Err(Problem::not_found(("la consulta", "consultation"), &id));
    }
    let mut comments = app.read_model.list_comments(&id, &filter, after, page.rows_to_fetch()).await?;
    let more = page.cut(&mut comments);
    let next = comments.last().map(|comment| (comment.received_at, comment.id.clone())).filter(|_| more);
    let bodies: Vec<CommentBody> = comments.iter().map(CommentBody::public).collect();
    reply.page(&page, &bodies, next)
}
