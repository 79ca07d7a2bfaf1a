//! `GET /v1/medicines/{cum}/equivalents`: prices of equivalent medicines.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    domain::law::channel,
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::{incoming::Request, pagination::PageParameters},
        response::{envelope::Envelope, unknown_medicine::unknown_medicine},
        values::{
            choices::{Channel, chosen},
            identifiers::Cum,
            value::texts,
        },
        wire::{medicines::equivalent::EquivalentBody, service::meta::Many},
    },
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListEquivalentsQuery {
    /// Only unit_price: cheapest dispensing unit first, those without a price last.
    #[param(example = "unit_price", value_type = Option<String>, pattern = "^unit_price$")]
    #[serde(rename = "sort")]
    _sort: Option<Sort>,
    /// institutional or commercial (default): whose prices are compared.
    channel: Option<Channel>,
}

texts! {
    /// There is one order only.
    Sort(()), |text| chosen((text == "unit_price").then_some(()), "unknown_sort", ["unit_price"]);
}

/// List equivalents of one medicine
///
/// Presentations with the same ingredients (order irrelevant), strength, grouped form and route: a cream never equals a tablet. Sorted by
/// price per dispensing unit, with the saving against the medicine asked for and why the two stand together. Ask a professional before
/// changing a medicine.
#[utoipa::path(get, operation_id = "list_equivalents", path = "/v1/medicines/{cum}/equivalents", tag = "medicines",
    params(("cum" = Cum, Path, description = "CUM in any spelling", example = "19914312-20"), ListEquivalentsQuery, PageParameters),
    responses((status = 200, description = "The equivalents", content((Many<EquivalentBody> = "application/json"), (String = "text/csv"))), (status = 304, description = "Not modified"),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let Cum(cum) = request.path("cum")?;
    let query: ListEquivalentsQuery = request.query()?;
    let channel = query.channel.map_or(channel::Channel::Commercial, |Channel(channel)| channel);
    let page = request.page()?;
    let (limit, start) = (page.limit, page.after::<usize>()?.unwrap_or(0));
    let reply = Envelope::begin(&app, &request, &["catalogue", "ceilings", "thermometer", "sismed"]).await?;
    if let Some(unchanged) = reply.page_not_modified() {
        return Ok(unchanged);
    }
    let Some(found) = app.read_model.equivalents(cum, channel).await? else { return Err(unknown_medicine(&app, cum).await) };
    let rest = found.get(start..).unwrap_or_default();
    let shown: Vec<EquivalentBody> = rest.iter().take(limit).map(|one| EquivalentBody::new(one, reply.language)).collect();
    let more = limit > 0 && rest.len() > limit;
    reply.total(found.len()).page(&page, &shown, more.then_some(start.saturating_add(limit)))
}
