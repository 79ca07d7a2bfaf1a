//! `GET /v1/medicines/{cum}/prices`: the monthly series of reported prices.

use hyper::header::IF_NONE_MATCH;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    domain::{channel::Channel, cum::Cum, listed::Operation},
    http::{
        Answer, App,
        asked_reports::{check_span, first_day, read, transaction},
        envelope::Envelope,
        fault_words::{day_or_month, one_of},
        page::PageParameters,
        problem::Problem,
        request::Request,
        unknown_medicine::unknown_medicine,
        wire::{meta::Many, price::PricePointBody},
    },
    read_model::prices::PriceFilter,
};

const SOURCES: &[&str] = &["sismed", "ceilings", "catalogue"];

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Query {
    /// First day or month.
    #[param(example = "2020-01")]
    pub from: Option<String>,
    /// Up to, but not including, this day or month.
    #[param(example = "2022-01")]
    pub to: Option<String>,
    /// institutional or commercial.
    pub channel: Option<String>,
    /// SISMED transaction, 1 to 5.
    #[param(example = "1")]
    pub transaction: Option<String>,
    /// CM purchase, VN sale or RC reimbursement claim.
    #[param(example = "VN")]
    pub operation: Option<String>,
}

/// List the reported prices of one medicine by month
///
/// For each month, transaction, operation and unit: minimum, average weighted by units, maximum, units, reports and their verdicts.
/// Kinds of unit are kept apart. Months far from the others are flagged as outliers, never dropped.
#[utoipa::path(get, operation_id = "list_prices", path = "/v1/medicines/{cum}/prices", tag = "medicines",
    params(("cum" = String, Path, description = "CUM in any spelling", example = "19914312-20"), Query, PageParameters),
    responses((status = 200, description = "The series", content((Many<PricePointBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"),
        (status = "4XX", description = "Malformed or unknown", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "Try again", body = Problem, content_type = "application/problem+json")))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let cum: Cum = request.path("cum")?;
    let filter = filter(&request.query()?)?;
    let page = request.page()?;
    let start = page.after::<usize>()?.unwrap_or(0);
    // Whoever names what they have may be spared the reading.
    if request.headers.contains_key(IF_NONE_MATCH)
        && let Some(unchanged) = Envelope::begin(&app, &request, SOURCES).await?.page_not_modified()
    {
        return Ok(unchanged);
    }
    let (version, series) = app.read_model.list_prices(cum, &filter).await?;
    let reply = Envelope::of(&app, &request, SOURCES, version);
    let Some(series) = series else { return Err(unknown_medicine(&app, cum).await) };
    let rest = series.points.get(start..).unwrap_or_default();
    let bodies: Vec<PricePointBody> = rest.iter().take(page.limit).map(PricePointBody::from).collect();
    let more = page.limit > 0 && rest.len() > page.limit;
    reply.page(&page, &bodies, more.then_some(start.saturating_add(page.limit)))
}

fn filter(query: &Query) -> Result<PriceFilter, Problem> {
    let mut faults = Vec::new();
    let channel = |text: &str| text.parse::<Channel>().ok();
    let filter = PriceFilter {
        from: read(&mut faults, "from", query.from.as_deref(), day_or_month(), first_day),
        until: read(&mut faults, "to", query.to.as_deref(), day_or_month(), first_day),
        channel: read(&mut faults, "channel", query.channel.as_deref(), one_of(["institutional", "commercial"]), channel),
        transaction: read(
            &mut faults,
            "transaction",
            query.transaction.as_deref(),
            one_of(["1", "2", "3", "4", "5"]),
            transaction,
        ),
        operation: read(&mut faults, "operation", query.operation.as_deref(), one_of(["CM", "VN", "RC"]), Operation::from_code),
    };
    check_span(&mut faults, filter.from, filter.until);
    if faults.is_empty() { Ok(filter) } else { Err(Problem::bad_parameters(faults)) }
}
