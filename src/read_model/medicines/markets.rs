//! `list_markets`: the relevant markets that a list of ceilings gives a unit price, also those to which no presentation belongs.

use std::{collections::HashMap, sync::Arc};

use tokio_postgres::Row;

use crate::{
    domain::identifier::cum::Cum,
    read_model::{
        ReadModel,
        market_cache::{ListedMarkets, MarketActPrice, MarketView},
        search::{
            builder::build_of_words,
            entry::SearchEntry,
            hit::{SearchHit, SearchHits},
        },
        statements,
    },
    store::postgres::error::StoreError,
};

impl ReadModel {
    /// Built once for each version of the lists, while others wait.
    pub async fn list_markets(&self) -> Result<Arc<ListedMarkets>, StoreError> {
        let version = self.data_version().await?.lists_version;
        let mut held = self.markets.listed.lock().await;
        if let Some((of, known)) = &*held
            && *of >= version
        {
            return Ok(known.clone());
        }
        let markets = self.read_markets().await?;
        let entries = (1..).zip(&markets).map(|(number, market)| {
            SearchEntry::of_a_market(number, market.ingredients.clone(), market.atc.join(" "), market.form_group.clone())
        });
        let index = build_of_words(entries).map_err(|error| StoreError::Bug(Box::new(error)))?;
        let built = Arc::new(ListedMarkets { markets, index });
        *held = Some((version, built.clone()));
        Ok(built)
    }

    async fn read_markets(&self) -> Result<Vec<MarketView>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        let mut markets: Vec<MarketView> = Vec::new();
        for row in connection.query(statements::market_list, &[]).await? {
            let (market, atc, ingredient) = (row.try_get("market")?, row.try_get("atc")?, row.try_get("ingredient")?);
            match markets.last_mut().filter(|last| last.market == market) {
                Some(last) => last.add(atc, ingredient),
                None => markets.push(view(&row, market, atc, ingredient)?),
            }
        }
        let mut history: HashMap<String, Vec<MarketActPrice>> = HashMap::new();
        for row in connection.query(statements::market_history, &[]).await? {
            history.entry(row.try_get("market")?).or_default().push(act_price(&row)?);
        }
        for market in &mut markets {
            market.history = history.remove(&market.market).unwrap_or_default();
        }
        Ok(markets)
    }
}

impl ListedMarkets {
    /// Those that a text means, best match first, with what the search says of each. A market's ID is its code.
    pub fn search(&self, q: &str) -> (Vec<(usize, SearchHit)>, SearchHits) {
        if let Some(at) = self.markets.iter().position(|one| one.market.eq_ignore_ascii_case(q)) {
            let found = SearchHits { total: 1, ..SearchHits::default() };
            return (vec![(at, SearchHit::of_code(Cum::new(1, 0)))], found);
        }
        let hits = self.index.search(q, self.markets.len());
        let place = |hit: &SearchHit| Some((usize::try_from(hit.cum.expediente).ok()?.checked_sub(1)?, *hit));
        (hits.hits.iter().filter_map(place).collect(), hits)
    }
}

impl MarketView {
    /// One market can stand in several rows, as one with two ATC classes does.
    fn add(&mut self, atc: Option<String>, ingredient: String) {
        self.atc.extend(atc.filter(|atc| !self.atc.contains(atc)));
        if !self.ingredients.contains(&ingredient) {
            self.ingredients.push(ingredient);
        }
    }
}

fn view(row: &Row, market: String, atc: Option<String>, ingredient: String) -> Result<MarketView, StoreError> {
    Ok(MarketView {
        market,
        atc: atc.into_iter().collect(),
        ingredients: vec![ingredient],
        form_group: row.try_get("form_group")?,
        unit_price: row.try_get("unit_price")?,
        unit: row.try_get("unit")?,
        act: row.try_get("act_id")?,
        valid_from: row.try_get("valid_from")?,
        list_cut_date: row.try_get("cut_date")?,
        vital_not_available: row.try_get("vital_not_available")?,
        presentations: row.try_get("presentations")?,
        history: Vec::new(),
    })
}

fn act_price(row: &Row) -> Result<MarketActPrice, StoreError> {
    Ok(MarketActPrice {
        unit_price: row.try_get("unit_price")?,
        unit: row.try_get("unit")?,
        act: row.try_get("act_id")?,
        valid_from: row.try_get("valid_from")?,
        list_cut_date: row.try_get("cut_date")?,
    })
}
