//! `GET /v1/markets`: the relevant markets that a list gives a unit price, found by name or ID.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::{
    Answer, App,
    base::problem::{Problem, Problems},
    request::{incoming::Request, pagination::PageParameters},
    response::envelope::Envelope,
    wire::{medicines::listed_market::ListedMarketBody, service::meta::Many},
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListMarketsQuery {
    /// Ingredient (also by another name of it), ATC class, or the ID of a market, as in `list_medicines`. Best match first.
    #[param(example = "insulina glargina")]
    pub q: Option<String>,
}

/// List the relevant markets
///
/// Every market that a list of ceilings gives a price per unit of regulation, also those to which no presentation belongs: the vitales no
/// disponibles have no CUM. With `q` those that the text means, with the rules of `list_medicines`; without it, all in order of their ID.
#[utoipa::path(get, operation_id = "list_markets", path = "/v1/markets", tag = "medicines", params(ListMarketsQuery, PageParameters),
    responses((status = 200, description = "The markets", content((Many<ListedMarketBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let query: ListMarketsQuery = request.query()?;
    let page = request.page()?;
    let start = page.after::<usize>()?.unwrap_or_default();
    let mut reply = Envelope::begin(&app, &request, &["ceilings"]).await?;
    if let Some(unchanged) = reply.page_not_modified() {
        return Ok(unchanged);
    }
    let listed = app.read_model.list_markets().await?;
    let found: Vec<(usize, Option<_>)> = match query.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        Some(q) => {
            let (found, hits) = listed.search(q);
            reply = reply.of_search(hits);
            found.into_iter().map(|(at, hit)| (at, Some(hit))).collect()
        }
        None => (0..listed.markets.len()).map(|at| (at, None)).collect(),
    };
    let shown = found.iter().skip(start).take(page.limit);
    let bodies: Vec<ListedMarketBody> =
        shown.filter_map(|(at, hit)| Some(ListedMarketBody::new(listed.markets.get(*at)?, *hit))).collect();
    let end = start.saturating_add(page.limit);
    reply.page(&page, &bodies, (page.limit > 0 && found.len() > end).then_some(end))
}
