//! `GET /v1/check`: whether a price is legal.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    domain::identifier::{cum::Cum, ium},
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        params::{as_of::KnownAt, price_question::PriceQuestionParams},
        request::incoming::Request,
        response::envelope::Envelope,
        values::identifiers::Ium,
        wire::{service::meta::One, verdicts::verdict::VerdictBody},
    },
};

/// The kinds of source that its answers use.
pub const SOURCES: [&str; 2] = ["ceilings", "catalogue"];

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct IumQuery {
    /// IUM in place of `cum`, where the newest catalogue that has it gives it to one presentation.
    #[param(example = "1A1006781005100")]
    ium: Option<Ium>,
}

/// So many presentations are named where an IUM stands for several.
const NAMED_MAX: usize = 5;

/// Check one price against the ceiling that binds the sale
///
/// Compares a price with the ceiling in force for that medicine, sale and date, exactly, and explains the verdict step by step.
/// "We cannot tell" (`cannot_compare`) is an answer of its own and never means legal. Nothing is stored.
#[utoipa::path(get, operation_id = "check_price", path = "/v1/check", tag = "verdicts", params(PriceQuestionParams, IumQuery, KnownAt),
    responses((status = 200, description = "The verdict", body = One<VerdictBody>), (status = 304, description = "Not modified"),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let cum = match request.query::<IumQuery>()?.ium {
        Some(Ium(ium)) => Some(cum_of(&app, &ium).await?.to_string()),
        None => None,
    };
    let price = PriceQuestionParams::from_query(&request.query_pairs, cum.as_deref())?;
    let known_at = request.query::<KnownAt>()?.read(&app)?;
    let question = price.question(app.today())?;
    let reply = Envelope::begin_of_lists(&app, &request, &SOURCES).await?.known_at(known_at);
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let answer = app.read_model.check_price(question, known_at, reply.version()).await?;
    let as_of = answer.price.question.period.from;
    let body = VerdictBody::new(answer, reply.language);
    reply.with_as_of(as_of).one(body)
}

/// The one presentation that an IUM stands for.
async fn cum_of(app: &App, ium: &ium::Ium) -> Result<Cum, Problem> {
    let found = app.read_model.medicines_of_ium(ium, NAMED_MAX + 1).await?;
    match found.as_slice() {
        [] => Err(Problem::not_found(("el IUM", "IUM"), ium.as_str())),
        [cum] => Ok(*cum),
        several => {
            let mut named = several.iter().take(NAMED_MAX).map(ToString::to_string).collect::<Vec<_>>().join(", ");
            if several.len() > NAMED_MAX {
                named.push_str(", …");
            }
            let detail = (
                format!("el catálogo da este IUM a varias presentaciones: pregunte por el cum de una ({named})"),
                format!("the catalogue gives this IUM to several presentations: ask with the cum of one ({named})"),
            );
            Err(Problem::bad_parameter("ium", "ium_of_several", detail))
        }
    }
}
