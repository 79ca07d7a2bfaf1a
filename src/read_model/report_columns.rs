//! Sales by column, in memory: what is asked of millions of reports at once takes a tenth of a second instead of many.
//!
//! A partition never changes once it is attached (but for corrections of submissions, which live in the shared one), so each is read once.

use std::{collections::HashMap, sync::Arc};

use futures_util::TryStreamExt;
use tokio::sync::Mutex;
use tokio_postgres::{binary_copy::BinaryCopyOutStream, types::Type};

use super::{ReadModel, numeric::Number, statements};
use crate::{
    domain::{
        cum::Cum,
        weighted_quartiles::{Quartiles, Sale, Scaled, quartiles},
    },
    store::error::StoreError,
};

/// The partitions read so far.
#[derive(Default)]
pub struct ReportColumns {
    parts: Mutex<HashMap<i64, Arc<Columns>>>,
    latest: Mutex<Option<(i64, Arc<MarketPrices>)>>,
}

/// In order of market.
pub type MarketPrices = Vec<(String, Quartiles)>;
/// More than this is read again each time: 24 bytes a row.
const ROWS_HELD_MAX: usize = 8_000_000;

/// Reports of one partition that name a price, units, and a unit of sale that counts.
#[derive(Default)]
struct Columns {
    cums: Vec<Cum>,
    /// Position in `cums`.
    product: Vec<u32>,
    /// True: per pack; false: per dispensing unit.
    pack: Vec<bool>,
    value: Vec<u64>,
    value_places: Vec<u8>,
    units: Vec<u64>,
    units_places: Vec<u8>,
}

/// The market of a presentation, and how many dispensing units its pack holds.
pub struct MarketOf {
    pub market: String,
    pub dispensing_units: Option<u64>,
}

const SHARED: i64 = 0;

impl ReadModel {
    /// The same, worked out once for each version of the data.
    pub async fn market_prices(&self) -> Result<Arc<MarketPrices>, StoreError> {
        let mut latest = self.columns.latest.lock().await;
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
        let markets = self.markets_of_presentations().await?;
        let parts = self.columns().await?;
        let work = tokio::task::spawn_blocking(move || by_market(&parts, &markets));
        work.await.map_err(|error| StoreError::Bug(Box::new(error)))
    }

    async fn markets_of_presentations(&self) -> Result<HashMap<Cum, MarketOf>, StoreError> {
        let mut lease = self.database.lease().await?;
        let rows = lease.query(statements::presentation_markets, &[]).await?;
        let one = |row: &tokio_postgres::Row| {
            let units: Option<i64> = row.try_get("dispensing_units")?;
            let market =
                MarketOf { market: row.try_get("market")?, dispensing_units: units.and_then(|units| u64::try_from(units).ok()) };
            Ok((Cum::new(row.try_get("expediente")?, row.try_get("consecutive")?), market))
        };
        rows.iter().map(one).collect()
    }

    /// Whoever comes while they are read waits for the same reading.
    async fn columns(&self) -> Result<Vec<Arc<Columns>>, StoreError> {
        let mut held = self.columns.parts.lock().await;
        let mut lease = self.database.lease().await?;
        let rows = lease.query(statements::report_partitions, &[]).await?;
        drop(lease);
        let mut parts = Vec::with_capacity(rows.len() + 1);
        for row in &rows {
            let part: i64 = row.try_get("part")?;
            let columns = match held.get(&part) {
                Some(columns) => columns.clone(),
                None => Arc::new(self.read_columns(part).await?),
            };
            held.insert(part, columns.clone());
            parts.push(columns);
        }
        parts.push(Arc::new(self.read_columns(SHARED).await?));
        if held.values().map(|part| part.product.len()).sum::<usize>() > ROWS_HELD_MAX {
            held.clear();
        }
        Ok(parts)
    }

    async fn read_columns(&self, part: i64) -> Result<Columns, StoreError> {
        let connection = self.database.unbounded().await?;
        let stream = connection.copy_out(&statements::copy_out_sales.replace("$1", &part.to_string())).await?;
        let types = [Type::INT4, Type::INT4, Type::INT2, Type::NUMERIC, Type::NUMERIC];
        let mut rows = std::pin::pin!(BinaryCopyOutStream::new(stream, &types));
        let (mut columns, mut places) = (Columns::default(), HashMap::new());
        while let Some(row) = rows.try_next().await? {
            let cum = Cum::new(row.try_get(0)?, row.try_get(1)?);
            let (Number(Some(value)), Number(Some(units))) = (row.try_get(3)?, row.try_get(4)?) else { continue };
            let product = *places.entry(cum).or_insert_with(|| {
                columns.cums.push(cum);
                columns.cums.len() - 1
            });
            columns.product.push(u32::try_from(product).unwrap_or(u32::MAX));
            columns.pack.push(row.try_get::<i16>(2)? == 0);
            columns.value.push(value.mantissa);
            columns.value_places.push(value.places);
            columns.units.push(units.mantissa);
            columns.units_places.push(units.places);
        }
        Ok(columns)
    }
}

fn by_market(parts: &[Arc<Columns>], markets: &HashMap<Cum, MarketOf>) -> Vec<(String, Quartiles)> {
    let mut names: Vec<&str> = markets.values().map(|market| market.market.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let number: HashMap<&str, usize> = names.iter().enumerate().map(|(at, name)| (*name, at)).collect();
    let mut sales: Vec<Vec<Sale>> = vec![Vec::new(); names.len()];
    for part in parts {
        let of_product: Vec<Option<(usize, Option<u64>)>> = part
            .cums
            .iter()
            .map(|cum| markets.get(cum).and_then(|market| Some((*number.get(market.market.as_str())?, market.dispensing_units))))
            .collect();
        for at in 0..part.product.len() {
            if let Some((market, sale)) = part.sale(at, &of_product) {
                sales[market].push(sale);
            }
        }
    }
    let found = names.into_iter().zip(&mut sales).filter_map(|(name, sales)| Some((name.to_owned(), quartiles(sales)?)));
    found.collect()
}

impl Columns {
    /// Packs become dispensing units where the pack's content is known.
    fn sale(&self, at: usize, of_product: &[Option<(usize, Option<u64>)>]) -> Option<(usize, Sale)> {
        let (market, content) = (*of_product.get(*self.product.get(at)? as usize)?)?;
        let factor = if *self.pack.get(at)? { content? } else { 1 };
        let units = Scaled { mantissa: self.units.get(at)?.checked_mul(factor)?, places: *self.units_places.get(at)? };
        let value = Scaled { mantissa: *self.value.get(at)?, places: *self.value_places.get(at)? };
        Some((market, Sale::new(value, units)?))
    }
}
