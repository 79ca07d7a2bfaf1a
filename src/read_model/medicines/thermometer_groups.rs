//! `list_thermometer_groups`: the comparison groups of the newest list, all of them or those that a text finds.

use std::{collections::HashMap, sync::Arc};

use super::thermometer::{ThermometerGroup, ThermometerList, ThermometerRow, newest, reading, row};
use crate::{
    domain::{identifier::cum::Cum, law::channel::Channel},
    read_model::{
        ReadModel,
        search::{
            builder::build,
            codes::cum_typed,
            entry::SearchEntry,
            hit::{SearchHit, SearchHits},
        },
        statements,
        thermometer_cache::GroupIndex,
    },
    store::postgres::{connections::ReadConnection, error::StoreError},
};

/// A search ranks at most this many rows of the list.
const RANKED_MAX: usize = 4_096;

/// What is wanted of the list.
#[derive(Clone, Debug, Default)]
pub struct GroupFilter {
    pub channel: Option<Channel>,
    /// Without a text, after this key.
    pub after: Option<String>,
    /// With one, from this rank.
    pub rank: usize,
    pub limit: usize,
}

/// A page of groups.
#[derive(Clone, Debug, Default)]
pub struct GroupPage {
    /// With what the search says of each.
    pub groups: Vec<(ThermometerGroup, Option<SearchHit>)>,
    pub more: bool,
    /// Of a search.
    pub hits: Option<SearchHits>,
}

impl ReadModel {
    /// Without a text in order of their keys, with one best match first. `None`: no list was imported.
    pub async fn thermometer_groups(&self, q: Option<&str>, filter: &GroupFilter) -> Result<Option<GroupPage>, StoreError> {
        let version = self.data_version().await?.lists_version;
        let mut connection = self.database.read_connection().await?;
        let Some(list) = newest(&mut connection).await? else { return Ok(None) };
        let known = self.group_index(version, &list, &mut connection).await?;
        let in_channel = |group: &usize| filter.channel.is_none() || known.channels.get(*group).copied() == filter.channel;
        let mut hits = q.map(|q| known.search(q));
        let found: Vec<(usize, Option<SearchHit>)> = match &mut hits {
            Some(hits) => {
                let groups: Vec<_> = known.groups_of(hits).into_iter().filter(|(group, _)| in_channel(group)).collect();
                hits.total = groups.len();
                let shown = groups.into_iter().skip(filter.rank).take(filter.limit.saturating_add(1));
                shown.map(|(group, hit)| (group, Some(hit))).collect()
            }
            None => {
                let start = filter.after.as_ref().map_or(0, |after| known.keys.partition_point(|key| key <= after));
                let groups = (start..known.keys.len()).filter(in_channel).take(filter.limit.saturating_add(1));
                groups.map(|group| (group, None)).collect()
            }
        };
        let more = filter.limit > 0 && found.len() > filter.limit;
        let shown: Vec<_> = found.into_iter().take(filter.limit).collect();
        let groups = read(&mut connection, &list, &known, &shown).await?;
        Ok(Some(GroupPage { groups, more, hits }))
    }

    /// Built once for each version of the lists, while others wait.
    async fn group_index(
        &self,
        version: i64,
        list: &ThermometerList,
        connection: &mut ReadConnection,
    ) -> Result<Arc<GroupIndex>, StoreError> {
        let mut held = self.thermometer.0.lock().await;
        if let Some((of, known)) = &*held
            && *of >= version
        {
            return Ok(known.clone());
        }
        let rows = connection.query(statements::whole_prices, &[&list.id()]).await?;
        let rows: Vec<ThermometerRow> = rows.iter().map(row).collect::<Result<_, _>>()?;
        let work = tokio::task::spawn_blocking(move || index(rows)).await;
        let built = work.map_err(|error| StoreError::Bug(Box::new(error)))?.map_err(|error| StoreError::Bug(Box::new(error)))?;
        let built = Arc::new(built);
        *held = Some((version, built.clone()));
        Ok(built)
    }
}

/// Of rows that come group by group.
fn index(rows: Vec<ThermometerRow>) -> Result<GroupIndex, fst::Error> {
    let (mut keys, mut channels, mut groups): (Vec<String>, Vec<Channel>, HashMap<Cum, usize>) = Default::default();
    let mut places: HashMap<i32, i32> = HashMap::new();
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        if keys.last() != Some(&row.group_key) {
            keys.push(row.group_key);
            channels.push(row.channel);
        }
        let place = places.entry(row.expediente).or_default();
        *place += 1;
        let cum = Cum::new(row.expediente, *place);
        groups.insert(cum, keys.len() - 1);
        let words = (row.concentration, row.dispensing_unit, row.maker);
        entries.push(SearchEntry::of_a_listed_price(cum, row.brand, &row.ingredient, words));
    }
    Ok(GroupIndex { keys, channels, index: build(entries)?, groups })
}

impl GroupIndex {
    /// The list knows registrations only: of a CUM its expediente is looked up.
    fn search(&self, q: &str) -> SearchHits {
        let Some(cum) = cum_typed(q) else { return self.index.search(q, RANKED_MAX) };
        let mut hits = self.index.search(&cum.expediente.to_string(), RANKED_MAX);
        hits.hits.retain(|hit| hit.cum.expediente == cum.expediente);
        hits
    }

    /// Each group once, where its best row stands.
    fn groups_of(&self, hits: &SearchHits) -> Vec<(usize, SearchHit)> {
        let mut seen = vec![false; self.keys.len()];
        let place = |hit: &SearchHit| self.groups.get(&hit.cum).map(|group| (*group, *hit));
        let mut found: Vec<(usize, SearchHit)> = hits.hits.iter().filter_map(place).collect();
        found.retain(|(group, _)| seen.get_mut(*group).is_some_and(|seen| !std::mem::replace(seen, true)));
        found
    }
}

async fn read(
    connection: &mut ReadConnection,
    list: &ThermometerList,
    known: &GroupIndex,
    shown: &[(usize, Option<SearchHit>)],
) -> Result<Vec<(ThermometerGroup, Option<SearchHit>)>, StoreError> {
    let keys: Vec<&String> = shown.iter().filter_map(|(group, _)| known.keys.get(*group)).collect();
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows: HashMap<String, Vec<ThermometerRow>> = HashMap::new();
    for found in connection.query(statements::thermometer_groups, &[&list.id(), &keys]).await? {
        let found = row(&found)?;
        rows.entry(found.group_key.clone()).or_default().push(found);
    }
    let group = |(group, hit): &(usize, Option<SearchHit>)| {
        let rows = rows.remove(known.keys.get(*group)?)?;
        Some((reading(list, rows, None)?, *hit))
    };
    Ok(shown.iter().filter_map(group).collect())
}
