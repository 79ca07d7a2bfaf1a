//! Quartiles of the prices in each market, from the reports in memory.

use std::{collections::HashMap, sync::Arc};

use super::parallel::in_parallel;
use crate::{
    domain::{
        identifier::cum::Cum,
        number::weighted_quartiles::{Sale, Scaled, quartiles},
    },
    read_model::{
        ReadModel,
        market_cache::{MarketPrices, Markets, Presentation},
        statements,
    },
    store::{
        judging::{
            packed_reports::{PackedReport, PackedReports},
            report_cache::Reports,
        },
        postgres::error::StoreError,
    },
};

/// Reports of one presentation in one partition.
struct Reported<'a> {
    reports: &'a [PackedReport],
    dispensing_units: Option<u64>,
}

const MARKETS_AT_ONCE: usize = 32;

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
        let version = self.data_version().await?;
        let markets = self.markets_of_presentations(version.lists_version).await?;
        let reports = self.markets.reports.reports(&self.database, version.version).await?;
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
        let mut connection = self.database.read_connection().await?;
        let rows = connection.query(statements::presentation_markets, &[]).await?;
        drop(connection);
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
    let mut reported: Vec<Vec<Reported<'_>>> = Vec::new();
    reported.resize_with(markets.names.len(), Vec::new);
    for partition in reports.partitions() {
        markets.add_reports(partition, &mut reported);
    }
    let of_chunk = |at: usize| -> MarketPrices {
        let (from, mut sales) = (at * MARKETS_AT_ONCE, Vec::new());
        let some = markets.names.iter().zip(&reported).skip(from).take(MARKETS_AT_ONCE);
        let priced = some.filter_map(|(name, reported)| {
            sales.clear();
            sales.extend(reported.iter().flat_map(Reported::sales));
            Some((name.clone(), quartiles(&sales)?))
        });
        priced.collect()
    };
    in_parallel(markets.names.len().div_ceil(MARKETS_AT_ONCE), of_chunk).into_iter().flatten().collect()
}

impl Markets {
    /// Both are in order of product, so one walk along both finds all.
    fn add_reports<'a>(&self, partition: &'a PackedReports, reported: &mut [Vec<Reported<'a>>]) {
        let mut presentations = self.presentations.iter().peekable();
        for (cum, reports) in partition.products() {
            while presentations.next_if(|presentation| presentation.cum < cum).is_some() {}
            let Some(found) = presentations.next_if(|presentation| presentation.cum == cum) else { continue };
            if let Some(market) = reported.get_mut(found.market) {
                market.push(Reported { reports, dispensing_units: found.dispensing_units });
            }
        }
    }
}

impl Reported<'_> {
    fn sales(&self) -> impl Iterator<Item = Sale> {
        self.reports.iter().filter_map(|report| self.sale(report))
    }

    /// Packs become dispensing units where the pack's content is known.
    fn sale(&self, report: &PackedReport) -> Option<Sale> {
        let factor = if report.by_pack { self.dispensing_units? } else { 1 };
        let units = report.units();
        Sale::new(report.value(), Scaled { mantissa: units.mantissa.checked_mul(factor)?, ..units })
    }
}
