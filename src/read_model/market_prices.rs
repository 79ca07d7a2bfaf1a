//! Quartiles of what every market pays, from the reports in memory.

use std::{collections::HashMap, ops::Range, sync::Arc};

use tokio::sync::Mutex;

use super::{ReadModel, statements};
use crate::{
    domain::{
        cum::Cum,
        weighted_quartiles::{Quartiles, Sale, Scaled, quartiles},
    },
    store::{
        columns::{
            Reports,
            cores::by_stretches,
            part::{PackedReport, Part},
        },
        error::StoreError,
    },
};

/// What a version of the data has been asked for already.
#[derive(Default)]
pub struct HeldMarkets {
    markets: Mutex<Option<(i64, Arc<Markets>)>>,
    latest: Mutex<Option<(i64, Arc<MarketPrices>)>>,
}

/// In order of market.
pub type MarketPrices = Vec<(String, Quartiles)>;

/// Which market each presentation belongs to.
struct Markets {
    /// In order.
    names: Vec<String>,
    /// In order of CUM.
    presentations: Vec<Presentation>,
}

struct Presentation {
    cum: Cum,
    /// Position in `names`.
    market: usize,
    dispensing_units: Option<u64>,
}

/// Reports of one presentation, one beside the other.
struct Stretch {
    part: usize,
    rows: Range<usize>,
    dispensing_units: Option<u64>,
}

const MARKETS_AT_ONCE: usize = 32;
/// Of a report's unit of sale: position in `columns::part::UNITS`.
const PACK: u8 = 0;
const DISPENSING_UNIT: u8 = 2;

impl ReadModel {
    /// The same, worked out once for each version of the data.
    pub async fn market_prices(&self) -> Result<Arc<MarketPrices>, StoreError> {
        let mut latest = self.markets.latest.lock().await;
        let version = self.data_version().await?.version;
        if let Some((of, prices)) = &*latest
            && *of >= version
        {
            return Ok(prices.clone());
        }
        let prices = Arc::new(self.market_quartiles().await?);
        *latest = Some((version, prices.clone()));
        Ok(prices)
    }

    /// Units-weighted quartiles of the average price of a dispensing unit, by market, in order of market.
    pub async fn market_quartiles(&self) -> Result<MarketPrices, StoreError> {
        let version = self.data_version().await?.version;
        let markets = self.markets_of_presentations(version).await?;
        let reports = self.database.reports(version).await?;
        let work = tokio::task::spawn_blocking(move || by_market(&reports, &markets));
        work.await.map_err(|error| StoreError::Bug(Box::new(error)))
    }

    async fn markets_of_presentations(&self, version: i64) -> Result<Arc<Markets>, StoreError> {
        let mut held = self.markets.markets.lock().await;
        if let Some((of, markets)) = &*held
            && *of >= version
        {
            return Ok(markets.clone());
        }
        let mut lease = self.database.lease().await?;
        let rows = lease.query(statements::presentation_markets, &[]).await?;
        drop(lease);
        let mut names: Vec<String> = rows.iter().map(|row| row.try_get("market")).collect::<Result<_, _>>()?;
        names.sort_unstable();
        names.dedup();
        let number: HashMap<&str, usize> = names.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
        let mut presentations = Vec::with_capacity(rows.len());
        for row in &rows {
            let cum = Cum::new(row.try_get("expediente")?, row.try_get("consecutive")?);
            let units: Option<i64> = row.try_get("dispensing_units")?;
            let Some(market) = number.get(row.try_get::<_, &str>("market")?).copied() else { continue };
            presentations.push(Presentation { cum, market, dispensing_units: units.and_then(|units| u64::try_from(units).ok()) });
        }
        presentations.sort_unstable_by_key(|presentation| presentation.cum);
        let markets = Arc::new(Markets { names, presentations });
        *held = Some((version, markets.clone()));
        Ok(markets)
    }
}

fn by_market(reports: &Reports, markets: &Markets) -> MarketPrices {
    let mut stretches: Vec<Vec<Stretch>> = Vec::new();
    stretches.resize_with(markets.names.len(), Vec::new);
    for (at, held) in reports.parts.iter().enumerate() {
        markets.add_stretches(at, &held.part, &mut stretches);
    }
    let of_stretch = |range: Range<usize>| -> MarketPrices {
        let mut sales = Vec::new();
        let some = markets.names[range.clone()].iter().zip(&stretches[range]);
        let priced = some.filter_map(|(name, stretches)| {
            sales.clear();
            sales.extend(stretches.iter().flat_map(|stretch| stretch.sales(reports)));
            Some((name.clone(), quartiles(&sales)?))
        });
        priced.collect()
    };
    by_stretches(markets.names.len(), MARKETS_AT_ONCE, of_stretch).into_iter().flatten().collect()
}

impl Markets {
    /// Both are in order of product, so one walk along both finds all.
    fn add_stretches(&self, part: usize, of: &Part, stretches: &mut [Vec<Stretch>]) {
        let mut presentations = self.presentations.iter().peekable();
        for (cum, rows) in of.products() {
            while presentations.next_if(|presentation| presentation.cum < cum).is_some() {}
            let Some(found) = presentations.next_if(|presentation| presentation.cum == cum) else { continue };
            if let Some(market) = stretches.get_mut(found.market) {
                market.push(Stretch { part, rows, dispensing_units: found.dispensing_units });
            }
        }
    }
}

impl Stretch {
    fn sales<'a>(&'a self, reports: &'a Reports) -> impl Iterator<Item = Sale> + 'a {
        let rows = reports.parts.get(self.part).and_then(|held| held.part.rows.get(self.rows.clone()));
        rows.unwrap_or_default().iter().filter_map(|row| self.sale(row))
    }

    /// Packs become dispensing units where the pack's content is known.
    fn sale(&self, row: &PackedReport) -> Option<Sale> {
        let factor = match row.unit {
            PACK => self.dispensing_units?,
            DISPENSING_UNIT => 1,
            _ => return None,
        };
        let units = row.units()?;
        Sale::new(row.value()?, Scaled { mantissa: units.mantissa.checked_mul(factor)?, ..units })
    }
}
