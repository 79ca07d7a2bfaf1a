//! `GET /v1/consultations/{id}/lines`: what a draft says, line by line, beside what is in force.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::{incoming::Request, pagination::PageParameters},
        response::envelope::Envelope,
        values::{consultations::ConsultationId, identifiers::Cum, numbers::Flag},
        wire::{consultations::consultation::ConsultedLineBody, service::meta::Many},
    },
    read_model::consultations::consultation::LineFilter,
};

/// Filters of lines; without them, all.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LineParameters {
    /// Only lines that changed since the first version; `false`: only the others.
    #[param(value_type = Option<bool>)]
    changed: Option<Flag>,
    /// Only ceilings of this presentation.
    #[param(example = "19914312-20")]
    cum: Option<Cum>,
    /// ID MR: only lines of this relevant market.
    #[param(example = "418", max_length = 20)]
    market: Option<String>,
    /// Words of the description; case and accents do not matter.
    #[param(example = "insulina glargina", max_length = 200)]
    q: Option<String>,
}

/// List the lines of a draft in consultation
///
/// Each with its name for ever, the current and the proposed value, and what became of it since the first version. Lines that are gone stay in
/// the list as `removed`.
#[utoipa::path(get, operation_id = "list_consultation_lines", path = "/v1/consultations/{id}/lines", tag = "consultations",
    params(("id" = ConsultationId, Path, description = "That of the draft", example = "d7Hq2LxV0aB"), LineParameters, PageParameters),
    responses((status = 200, description = "Lines, in order of part, key and field", content((Many<ConsultedLineBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let ConsultationId(id) = request.path("id")?;
    let LineParameters { changed, cum, market, q } = request.query()?;
    let filter = LineFilter {
        changed: changed.map(|Flag(changed)| changed),
        cum: cum.map(|Cum(cum)| cum.to_string()),
        market,
        words: q.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()),
    };
    let page = request.page()?;
    let after: Option<(String, String, String)> = page.after()?;
    let reply = Envelope::begin(&app, &request, &[]).await?.by_content(&request);
    if app.read_model.find_consultation(&id).await?.is_none() {
        return Err(Problem::not_found(("la consulta", "consultation"), &id));
    }
    let mut lines = app.read_model.consultation_lines(&id, &filter, after, page.rows_to_fetch()).await?;
    let more = page.cut(&mut lines);
    let next =
        lines.last().map(|line| (line.id.line.part, line.id.line.key.clone(), line.id.line.field.clone())).filter(|_| more);
    let bodies: Vec<ConsultedLineBody> = lines.iter().map(ConsultedLineBody::from).collect();
    reply.page(&page, &bodies, next)
}
