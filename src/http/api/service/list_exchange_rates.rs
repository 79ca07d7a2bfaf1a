//! `GET /v1/exchange-rates`: pesos for a dollar.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    params::report_filter::check_span,
    request::{incoming::Request, pagination::PageParameters},
    response::envelope::Envelope,
    values::calendar::FirstDay,
    wire::service::{exchange_rate::ExchangeRateBody, meta::Many},
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListExchangeRatesQuery {
    /// Rates that still hold on this day, or on the first day of this month.
    #[param(example = "2026-11-21")]
    from: Option<FirstDay>,
    /// Rates that begin before this day or month.
    #[param(example = "2026-11-24")]
    to: Option<FirstDay>,
}

/// List exchange rates of the dollar
///
/// The peso's official exchange rate to the dollar (TRM), newest first, each for the days that its publisher states: a weekend is one row. For one
/// day give it as `from`, and the day after it as `to`. Nothing here is calculated with it.
#[utoipa::path(get, operation_id = "list_exchange_rates", path = "/v1/exchange-rates", tag = "service",
    params(ListExchangeRatesQuery, PageParameters),
    responses((status = 200, description = "The rates", content((Many<ExchangeRateBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let (query, faults): (ListExchangeRatesQuery, _) = request.query_with_faults()?;
    check_span(faults, query.from.as_ref(), query.to.as_ref())?;
    let span = (query.from.map(|FirstDay(day)| day), query.to.map(|FirstDay(day)| day));
    let page = request.page()?;
    let start = page.after::<usize>()?.unwrap_or_default();
    let reply = Envelope::begin(&app, &request, &["exchange_rates"]).await?;
    if let Some(unchanged) = reply.page_not_modified() {
        return Ok(unchanged);
    }
    let mut found = app.read_model.list_exchange_rates(span, start, page.rows_to_fetch()).await?;
    let more = page.cut(&mut found);
    let bodies: Vec<ExchangeRateBody> = found.iter().map(ExchangeRateBody::from).collect();
    reply.page(&page, &bodies, more.then_some(start.saturating_add(page.limit)))
}
