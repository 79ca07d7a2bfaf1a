//! `GET /v1/thermometer/groups`: the comparison groups of the thermometer, found by any name.

use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use crate::{
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::{incoming::Request, pagination::PageParameters},
        response::envelope::Envelope,
        values::choices::Channel,
        wire::{medicines::thermometer_group::ThermometerGroupBody, service::meta::Many},
    },
    read_model::medicines::thermometer_groups::GroupFilter,
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListThermometerGroupsQuery {
    /// Brand, ingredient (also by another name of it), maker, CUM or expediente, as in `list_medicines`. Best match first.
    #[param(example = "losartan")]
    pub q: Option<String>,
    /// institutional or commercial.
    #[param(example = "institutional")]
    pub channel: Option<Channel>,
}

/// Where the next page begins: after a group in a listing, at a rank in a search.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum GroupPosition {
    After(String),
    Rank(usize),
}

/// List the groups of the thermometer
///
/// Everything that the newest published list holds, whether a catalogue has its CUM or not: one item for each concentration, dispensing unit
/// and channel, with quartiles and products. With `q` those that have a product which the text means, with the rules of `list_medicines`;
/// without it, all in order of concentration.
#[utoipa::path(get, operation_id = "list_thermometer_groups", path = "/v1/thermometer/groups", tag = "medicines",
    params(ListThermometerGroupsQuery, PageParameters),
    responses((status = 200, description = "The groups", content((Many<ThermometerGroupBody> = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let query: ListThermometerGroupsQuery = request.query()?;
    let page = request.page()?;
    let q = query.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
    let channel = query.channel.map(|Channel(channel)| channel);
    let (after, rank) = match (page.after::<GroupPosition>()?, q) {
        (None, _) => (None, 0),
        (Some(GroupPosition::After(key)), None) => (Some(key), 0),
        (Some(GroupPosition::Rank(rank)), Some(_)) => (None, rank),
        _ => {
            let detail = ("es de otra consulta: empiece sin él", "belongs to another query: start without it");
            return Err(Problem::bad_parameter("cursor", "malformed_cursor", detail));
        }
    };
    let mut reply = Envelope::begin_of_lists(&app, &request, &["thermometer"]).await?;
    if let Some(unchanged) = reply.page_not_modified() {
        return Ok(unchanged);
    }
    let filter = GroupFilter { channel, after, rank, limit: page.limit };
    let found = app.read_model.thermometer_groups(q, &filter).await?.unwrap_or_default();
    let last = found.groups.last().and_then(|(group, _)| Some(group.comparators.first()?.row.group_key.clone()));
    let next = match q {
        Some(_) => Some(GroupPosition::Rank(rank.saturating_add(page.limit))),
        None => last.map(GroupPosition::After),
    };
    let bodies: Vec<ThermometerGroupBody> =
        found.groups.iter().map(|(group, hit)| ThermometerGroupBody::new(group, *hit)).collect();
    if let Some(hits) = found.hits {
        reply = reply.of_search(hits);
    }
    reply.page(&page, &bodies, next.filter(|_| found.more))
}
