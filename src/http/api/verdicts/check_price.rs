//! `GET /v1/check`: whether a price is legal.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    params::{as_of::KnownAt, price_question::PriceQuestionParams},
    request::incoming::Request,
    response::envelope::Envelope,
    wire::{service::meta::One, verdicts::verdict::VerdictBody},
};

/// The kinds of source that its answers use.
pub const SOURCES: [&str; 2] = ["ceilings", "catalogue"];

/// Check one price against the ceiling that binds the sale
///
/// Compares a price with the ceiling in force for that medicine, sale and date, exactly, and explains the verdict step by step.
/// "We cannot tell" (`cannot_compare`) is an answer of its own and never means legal. Nothing is stored.
#[utoipa::path(get, operation_id = "check_price", path = "/v1/check", tag = "verdicts", params(PriceQuestionParams, KnownAt),
    responses((status = 200, description = "The verdict", body = One<VerdictBody>), (status = 304, description = "Not modified"),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let price = PriceQuestionParams::from_query(&request.query_pairs)?;
    let known_at = request.query::<KnownAt>()?.read(&app)?;
    let question = price.question(app.today())?;
    let reply = Envelope::begin(&app, &request, &SOURCES).await?.known_at(known_at);
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let answer = app.read_model.check_price(question, known_at).await?;
    let as_of = answer.price.question.period.from;
    let body = VerdictBody::new(answer, reply.language);
    reply.with_as_of(as_of).one(body)
}
