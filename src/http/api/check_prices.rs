//! `POST /v1/checks`: many prices at once, in the order asked; nothing is stored.

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::http::{
    Answer, App,
    asked::{AskedPrice, Faults, instant},
    problem::Problem,
    envelope::Envelope,
    request::Request,
    wire::{meta::Many, money::Money, verdict::VerdictBody},
};

const CHECKS_MAX: usize = 10_000;
const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Query {
    /// Answer only from what this service knew at that instant (RFC 3339).
    #[param(example = "2026-11-23T00:00:00Z")]
    pub known_at: Option<String>,
}

/// The prices to check.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Checks {
    /// At most 10,000.
    #[schema(max_items = 10000)]
    pub checks: Vec<Check>,
}

/// One price to check.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {
    #[schema(example = "19914312-20")]
    pub cum: String,
    pub price: Money,
    /// Day (YYYY-MM-DD) or month (YYYY-MM) of the sale.
    #[schema(example = "2020-06")]
    pub date: String,
    /// SISMED transaction, 1 to 5; or give `channel` and `stage`.
    #[schema(example = "1")]
    pub transaction: Option<String>,
    #[schema(example = "institutional")]
    pub channel: Option<String>,
    #[schema(example = "primary")]
    pub stage: Option<String>,
    /// `ips` or `other`.
    pub seller: Option<String>,
}

/// Check many prices at once
///
/// Up to 10,000 checks; the answer holds one verdict for each, in the order asked. One malformed check refuses the whole request
/// and names every fault with a JSON pointer. Nothing is stored.
#[utoipa::path(post, operation_id = "check_prices", path = "/v1/checks", tag = "verdicts", params(Query), request_body = Checks,
    responses((status = 200, description = "One verdict per check", body = Many<VerdictBody>),
        (status = "4XX", description = "A check is malformed", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "Try again", body = Problem, content_type = "application/problem+json")))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let query: Query = request.query()?;
    let known_at = instant(&app, query.known_at.as_deref())?;
    let reply = Envelope::begin(&app, &request, &["ceilings", "catalogue"]).await?.known_at(known_at);
    let body: Checks = request.json(BODY_BYTES_MAX).await?;
    if body.checks.len() > CHECKS_MAX {
        return Err(Problem::bad_body_pointer("/checks", "too_many", format!("at most {CHECKS_MAX} checks in one request")));
    }
    let mut faults = Faults::default();
    let mut questions = Vec::with_capacity(body.checks.len());
    for (index, check) in body.checks.iter().enumerate() {
        match asked(check).read(app.today()) {
            Ok(question) => questions.push(question),
            Err(found) => faults.add_check(index, found),
        }
    }
    if !faults.is_empty() {
        return Err(Problem::bad_body(faults.in_body()));
    }
    let answers = app.read_model.check_prices(questions, known_at).await?;
    let verdicts: Vec<VerdictBody> = answers.into_iter().map(|answer| VerdictBody::new(answer, reply.language)).collect();
    reply.many(&verdicts)
}

fn asked(check: &Check) -> AskedPrice<'_> {
    AskedPrice {
        cum: &check.cum,
        amount: &check.price.amount,
        per: Some(&check.price.per),
        currency: Some(&check.price.currency),
        date: Some(&check.date),
        transaction: check.transaction.as_deref(),
        channel: check.channel.as_deref(),
        stage: check.stage.as_deref(),
        seller: check.seller.as_deref(),
    }
}
