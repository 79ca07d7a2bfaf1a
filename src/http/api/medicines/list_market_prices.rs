//! `GET /v1/markets/prices`: reported prices of each market.

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::{incoming::Request, pagination::PageParameters},
    response::envelope::Envelope,
    wire::{medicines::market::MarketPricesBody, service::meta::Many},
};

/// List the prices of the markets
///
/// For every relevant market the quartiles of the price of a dispensing unit over all stored reports, weighted by units sold. A report's
/// price is its value by its units; packs count as the dispensing units they hold. Quartiles are found by exact comparison and then
/// rounded half up to four decimals.
#[utoipa::path(get, operation_id = "list_market_prices", path = "/v1/markets/prices", tag = "medicines", params(PageParameters),
    responses((status = 200, description = "The markets, in order of their ID",
            content((Many<MarketPricesBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let page = request.page()?;
    let after: Option<String> = page.after()?;
    let reply = Envelope::begin(&app, &request, &["sismed", "ceilings"]).await?;
    if let Some(unchanged) = reply.page_not_modified() {
        return Ok(unchanged);
    }
    let prices = app.read_model.market_prices().await?;
    let start = after.map_or(0, |after| prices.partition_point(|(market, _)| *market <= after));
    let rows = usize::try_from(page.rows_to_fetch()).unwrap_or(usize::MAX);
    let mut bodies: Vec<MarketPricesBody> = prices.iter().skip(start).take(rows).map(MarketPricesBody::from).collect();
    let more = page.cut(&mut bodies);
    let next = bodies.last().map(|body| body.market.clone()).filter(|_| more);
    reply.total(prices.len()).page(&page, &bodies, next)
}
