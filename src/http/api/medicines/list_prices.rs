//! `GET /v1/medicines/{cum}/prices`: the monthly series of reported prices.

use hyper::header::IF_NONE_MATCH;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        params::report_filter::check_span,
        request::{incoming::Request, pagination::PageParameters},
        response::{envelope::Envelope, unknown_medicine::unknown_medicine},
        values::{
            calendar::FirstDay,
            choices::{Channel, Operation, TransactionFilter},
            identifiers::Cum,
        },
        wire::{medicines::price::PricePointBody, service::meta::Many},
    },
    read_model::medicines::prices::PriceFilter,
};

const SOURCES: &[&str] = &["sismed", "ceilings", "catalogue"];

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListPricesQuery {
    /// First day or month.
    #[param(example = "2020-01")]
    from: Option<FirstDay>,
    /// Up to, but not including, this day or month.
    #[param(example = "2022-01")]
    to: Option<FirstDay>,
    /// institutional or commercial.
    channel: Option<Channel>,
    /// SISMED transaction, 1 to 5.
    #[param(example = "1")]
    transaction: Option<TransactionFilter>,
    /// CM purchase, VN sale or RC reimbursement claim.
    #[param(example = "VN")]
    operation: Option<Operation>,
}

/// List the reported prices of one medicine by month
///
/// For each month, transaction, operation and unit: minimum, average weighted by units, maximum, units, reports and their verdicts.
/// Kinds of unit are kept apart. Months far from the others are flagged as outliers, never dropped.
#[utoipa::path(get, operation_id = "list_prices", path = "/v1/medicines/{cum}/prices", tag = "medicines",
    params(("cum" = Cum, Path, description = "CUM in any spelling", example = "19914312-20"), ListPricesQuery, PageParameters),
    responses((status = 200, description = "The series", content((Many<PricePointBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let Cum(cum) = request.path("cum")?;
    let filter = filter(&request)?;
    let page = request.page()?;
    let start = page.after::<usize>()?.unwrap_or(0);
    // A request with a matching ETag needs no read.
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
    reply.total(series.points.len()).page(&page, &bodies, more.then_some(start.saturating_add(page.limit)))
}

fn filter(request: &Request) -> Result<PriceFilter, Problem> {
    let (query, faults): (ListPricesQuery, _) = request.query_with_faults()?;
    check_span(faults, query.from.as_ref(), query.to.as_ref())?;
    Ok(PriceFilter {
        from: query.from.map(|FirstDay(day)| day),
        until: query.to.map(|FirstDay(day)| day),
        channel: query.channel.map(|Channel(channel)| channel),
        transaction: query.transaction.map(|TransactionFilter(code)| code),
        operation: query.operation.map(|Operation(operation)| operation),
    })
}
