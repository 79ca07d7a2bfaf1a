//! `GET /v1/check`: is this price legal?

use jiff::{Timestamp, civil::Date};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    http::{
        Answer, App,
        asked::{AskedPrice, instant},
        problem::Problem,
        envelope::Envelope,
        request::Request,
        wire::{meta::One, verdict::VerdictBody},
    },
    read_model::check::PriceQuestion,
};

/// What its answers are read from.
pub const SOURCES: [&str; 2] = ["ceilings", "catalogue"];

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Query {
    /// CUM, in any spelling.
    #[param(example = "19914312-20")]
    pub cum: String,
    /// Price asked or paid, in pesos: plain digits, at most four decimals.
    #[param(example = "171764")]
    pub amount: String,
    /// What the price is for: pack, primary_pack, dispensing_unit or regulated_unit. Default pack.
    #[param(example = "pack")]
    pub per: Option<String>,
    /// Always COP.
    #[param(example = "COP")]
    pub currency: Option<String>,
    /// Day (YYYY-MM-DD) or month (YYYY-MM) of the sale; today in Bogotá when absent.
    #[param(example = "2020-06-15")]
    pub date: Option<String>,
    /// SISMED transaction, 1 to 5; or give `channel` and `stage`.
    #[param(example = "1")]
    pub transaction: Option<String>,
    /// institutional or commercial, together with `stage`.
    pub channel: Option<String>,
    /// primary, secondary or final, together with `channel`.
    pub stage: Option<String>,
    /// ips or other; default ips in a final institutional sale, other elsewhere.
    pub seller: Option<String>,
    /// Answer only from what this service knew at that instant (RFC 3339).
    #[param(example = "2026-11-23T00:00:00Z")]
    pub known_at: Option<String>,
}

impl Query {
    pub fn question(&self, today: Date) -> Result<PriceQuestion, Problem> {
        let asked = AskedPrice {
            cum: Some(&self.cum),
            amount: Some(&self.amount),
            per: self.per.as_deref(),
            currency: self.currency.as_deref(),
            date: self.date.as_deref(),
            transaction: self.transaction.as_deref(),
            channel: self.channel.as_deref(),
            stage: self.stage.as_deref(),
            seller: self.seller.as_deref(),
        };
        asked.read(today).map_err(|faults| Problem::bad_parameters(faults.in_query()))
    }
}

/// Check one price against the ceiling that binds the sale
///
/// Compares a price with the ceiling in force for that medicine, sale and date, exactly, and explains the verdict step by step.
/// "We cannot tell" (`cannot_compare`) is an answer of its own and never means legal. Nothing is stored.
#[utoipa::path(get, operation_id = "check_price", path = "/v1/check", tag = "verdicts", params(Query),
    responses((status = 200, description = "The verdict", body = One<VerdictBody>), (status = 304, description = "Not modified"),
        (status = "4XX", description = "The question is malformed", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "Try again", body = Problem, content_type = "application/problem+json")))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let query: Query = request.query()?;
    let known_at: Option<Timestamp> = instant(&app, query.known_at.as_deref())?;
    let question = query.question(app.today())?;
    let reply = Envelope::begin(&app, &request, &SOURCES).await?.known_at(known_at);
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let answer = app.read_model.check_price(question, known_at).await?;
    let as_of = answer.asked.question.period.from;
    let body = VerdictBody::new(answer, reply.language);
    reply.as_of(as_of).one(body)
}
