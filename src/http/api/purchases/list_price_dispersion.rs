//! `GET /v1/price-dispersion`: how far apart the prices of one market are.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    params::report_filter::check_span,
    request::incoming::Request,
    response::envelope::Envelope,
    values::{calendar::FirstDay, identifiers::MarketId},
    wire::{
        purchases::figures::{DispersionBody, dispersion, require_few},
        service::meta::Many,
    },
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DispersionParameters {
    /// ID MR.
    #[param(example = "96")]
    market: MarketId,
    /// Orders of this day or later.
    #[param(example = "2024-01")]
    from: Option<FirstDay>,
    /// Orders before this day or month.
    #[param(example = "2025-01")]
    to: Option<FirstDay>,
}

/// List how far apart the prices of a market are
///
/// For each quarter and band of quantity the median of the price for a regulated unit over lines of public purchases, its percentiles, and what was
/// paid over the median of the other lines, with the lines, buyers and sellers that it rests on. With fewer than 10 lines, 3 buyers or 2 sellers there
/// are counts and a median alone. Percentiles interpolate exactly; only ratios are rounded, half up to four decimals.
#[utoipa::path(get, operation_id = "list_price_dispersion", path = "/v1/price-dispersion", tag = "purchases", params(DispersionParameters),
    responses((status = 200, description = "The groups, in order of quarter and band",
            content((Many<DispersionBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let (given, faults): (DispersionParameters, _) = request.query_with_faults()?;
    check_span(faults, given.from.as_ref(), given.to.as_ref())?;
    let span = (given.from.map(|FirstDay(day)| day), given.to.map(|FirstDay(day)| day));
    let reply = Envelope::begin(&app, &request, &["tvec_items", "tvec_orders", "ceilings", "catalogue"]).await?;
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let lines = app.read_model.purchases_of_market(&given.market.0, span).await?;
    require_few(lines.len())?;
    reply.many(&dispersion(&lines))
}
