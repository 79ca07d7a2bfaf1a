//! `list_prices`: the reported prices of a presentation, period by period, with verdicts.

use jiff::civil::Date;
use tokio_postgres::Row;

use crate::{
    domain::{
        calendar::period::Period,
        identifier::cum::Cum,
        law::{
            channel::{Channel, Place},
            listed::Operation,
        },
        market::price_series::{PriceSeries, ReportedPrice, series},
        verdict::report_verdict::ReportPrices,
    },
    read_model::{ReadModel, columns::verdict, data_version::DataVersion, statements},
    store::{
        imports::import_sismed::unit_from_code,
        postgres::{
            error::{StoreError, corrupt},
            numeric::Amount,
        },
    },
};

/// `None` leaves a side open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceFilter {
    /// Periods that meet `[from, until)`.
    pub from: Option<Date>,
    pub until: Option<Date>,
    pub channel: Option<Channel>,
    pub transaction: Option<u8>,
    pub operation: Option<Operation>,
}

impl PriceFilter {
    /// `None` for all.
    fn transactions(&self) -> Option<Vec<i16>> {
        if self.channel.is_none() && self.transaction.is_none() {
            return None;
        }
        let of_channel = |place: &Place| self.channel.is_none_or(|channel| place.channel == channel);
        let codes = Place::ALL.into_iter().filter(of_channel).filter_map(Place::transaction);
        Some(codes.filter(|code| self.transaction.is_none_or(|transaction| transaction == *code)).map(i16::from).collect())
    }
}

impl ReadModel {
    /// With the version that it is of; `None` when no source knows the CUM.
    pub async fn list_prices(&self, cum: Cum, filter: &PriceFilter) -> Result<(DataVersion, Option<PriceSeries>), StoreError> {
        let (transactions, operation) = (filter.transactions(), filter.operation.map(Operation::code));
        let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
            &[&cum.expediente, &cum.consecutive, &filter.from, &filter.until, &transactions, &operation];
        let known_before = self.database.latest_version.get();
        // One statement reads the reports and the version, so that the answer and its ETag are of one state.
        let rows = self.database.read_connection().await?.query_by_key(statements::price_reports, params).await?;
        let first = rows.first().ok_or_else(|| corrupt("data_version", "no row"))?;
        let (version, known) = (self.version_beside(first, known_before)?, first.try_get("known")?);
        let there = rows.iter().filter(|row| !matches!(row.try_get::<_, Option<Date>>("period_from"), Ok(None)));
        let reports = there.map(report).collect::<Result<Vec<_>, _>>()?;
        Ok((version, if known { Some(series(reports)) } else { None }))
    }
}

pub fn report(row: &Row) -> Result<ReportedPrice, StoreError> {
    let missing = |what: &'static str| move || corrupt("sismed_report", what);
    let (from, until) = (row.try_get("period_from")?, row.try_get("period_until")?);
    let unit = unit_from_code(row.try_get("unit")?).ok_or_else(missing("unit"))?;
    let amount = |name: &str| row.try_get::<_, Amount>(name).map(|amount| amount.0);
    let (minimum, maximum) = (amount("minimum")?, amount("maximum")?);
    let prices = ReportPrices { unit, minimum, maximum, units: amount("units")?, value: amount("value")? };
    Ok(ReportedPrice {
        period: Period::from_span(from, until).ok_or_else(missing("period is no day, month or year"))?,
        transaction: u8::try_from(row.try_get::<_, i16>("transaction")?).map_err(|error| corrupt("sismed_report", error))?,
        operation: Operation::from_code(row.try_get("operation")?).ok_or_else(missing("operation"))?,
        per: prices.per(),
        minimum,
        maximum,
        units: prices.units,
        value: prices.value,
        verdict: verdict(row, "verdict")?,
        another_unit_fits: row.try_get("another_unit_fits")?,
    })
}
