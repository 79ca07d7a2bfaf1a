//! `GET /v1/medicines/{cum}/equivalents`: what the same medicine costs from others.

use serde::Deserialize;
use utoipa::IntoParams;

use super::show_thermometer::channel;
use crate::{
    domain::{channel::Channel, cum::Cum},
    http::{
        Answer, App,
        envelope::Envelope,
        fault_words::one_of,
        page::PageParameters,
        problem::Problem,
        request::Request,
        unknown_medicine::unknown_medicine,
        wire::{equivalent::EquivalentBody, meta::Many},
    },
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Query {
    /// Only unit_price: cheapest dispensing unit first, those without a price last.
    #[param(example = "unit_price", pattern = "^unit_price$")]
    pub sort: Option<String>,
    /// institutional or commercial (default): whose prices are compared.
    pub channel: Option<String>,
}

/// List equivalents of one medicine
///
/// Presentations with the same ingredients (order irrelevant), strength, grouped form and route: a cream never equals a tablet. Sorted by
/// price per dispensing unit, with the saving against the medicine asked for and why the two stand together. Ask a professional before
/// changing a medicine.
#[utoipa::path(get, operation_id = "list_equivalents", path = "/v1/medicines/{cum}/equivalents", tag = "medicines",
    params(("cum" = String, Path, description = "CUM in any spelling", example = "19914312-20"), Query, PageParameters),
    responses((status = 200, description = "The equivalents", content((Many<EquivalentBody> = "application/json"), (String = "text/csv"))), (status = 304, description = "Not modified"),
        (status = "4XX", description = "Malformed or unknown", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "Try again", body = Problem, content_type = "application/problem+json")))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let cum: Cum = request.path("cum")?;
    let query: Query = request.query()?;
    if query.sort.as_deref().is_some_and(|sort| sort != "unit_price") {
        return Err(Problem::bad_parameter("sort", "unknown_sort", one_of(["unit_price"])));
    }
    let channel = query.channel.as_deref().map_or(Ok(Channel::Commercial), channel)?;
    let page = request.page()?;
    let (limit, start) = (page.limit, page.after::<usize>()?.unwrap_or(0));
    let reply = Envelope::begin(&app, &request, &["catalogue", "ceilings", "thermometer", "sismed"]).await?;
    if let Some(unchanged) = reply.page_not_modified() {
        return Ok(unchanged);
    }
    let Some(found) = app.read_model.equivalents(cum, channel).await? else { return Err(unknown_medicine(&app, cum).await) };
    let rest = found.others.get(start..).unwrap_or_default();
    let shown: Vec<EquivalentBody> = rest.iter().take(limit).map(|one| EquivalentBody::new(one, reply.language)).collect();
    let more = limit > 0 && rest.len() > limit;
    reply.page(&page, &shown, more.then_some(start.saturating_add(limit)))
}
