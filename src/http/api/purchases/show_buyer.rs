//! `GET /v1/buyers/{nit}`: a public body's own lines, how well described, and against the median.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    params::report_filter::check_span,
    request::incoming::Request,
    response::envelope::Envelope,
    values::{calendar::FirstDay, identifiers::Nit},
    wire::purchases::figures::{BuyerBody, buyer, require_few},
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BuyerParameters {
    /// Orders of this day or later. Without `from` and `to` those of the year that ends with the newest one.
    #[param(example = "2024-01")]
    from: Option<FirstDay>,
    /// Orders before this day or month.
    #[param(example = "2025-01")]
    to: Option<FirstDay>,
}

/// Show what one public body bought
///
/// How well its lines say what was bought, how many have a verdict, and for each market, quarter and band of quantity its own median beside that of all
/// lines, with what it paid over the median of the other lines. Groups with fewer than 10 lines, 3 buyers or 2 sellers have no saving. Nothing ranks
/// buyers: what they buy, how much and from how many sellers differs.
#[utoipa::path(get, operation_id = "show_buyer", path = "/v1/buyers/{nit}", tag = "purchases",
    params(("nit" = Nit, Path, description = "NIT of a public body", example = "899999063-3"), BuyerParameters),
    responses((status = 200, description = "The buyer (as CSV only the groups in `data`)",
            content((BuyerBody = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let Nit(nit) = request.path("nit")?;
    let (given, faults): (BuyerParameters, _) = request.query_with_faults()?;
    check_span(faults, given.from.as_ref(), given.to.as_ref())?;
    let span = (given.from.map(|FirstDay(day)| day), given.to.map(|FirstDay(day)| day));
    let reply = Envelope::begin(&app, &request, &["tvec_items", "tvec_orders", "ceilings", "catalogue"]).await?;
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let nit = nit.digits();
    let lines = app.read_model.purchases_of_buyer(&nit, span).await?;
    let lines = lines.ok_or_else(|| Problem::not_found(("el comprador", "buyer"), &nit))?;
    require_few(lines.own.len().max(lines.markets.len()))?;
    let (summary, rows) = buyer(&nit, &lines);
    reply.list_with(&rows, |meta| BuyerBody { buyer: summary, data: rows.clone(), meta })
}
