//! `list_equivalents`: presentations with the same ingredients, strength, grouped form and route, cheapest unit first.

use std::{cmp::Ordering, collections::HashMap};

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{medicine::medicine, thermometer::newest};
use crate::{
    domain::{identifier::cum::Cum, law::channel::Channel, market::medicine::Medicine, number::exact},
    read_model::{ReadModel, statements},
    store::postgres::error::StoreError,
};

/// Where a unit price was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PriceSource {
    /// The newest thermometer list: price per dispensing unit.
    Thermometer,
    /// The weighted average of the newest month of sales invoiced per dispensing unit.
    Reports,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitPrice {
    /// Pesos per dispensing unit, half-up to 4 decimals where it is an average.
    pub amount: Decimal,
    pub source: PriceSource,
    /// The month of the reports.
    pub month: Option<Date>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Equivalent {
    pub cum: Cum,
    pub medicine: Medicine,
    pub unit_price: Option<UnitPrice>,
    /// Pesos saved per dispensing unit against the medicine asked for; negative when dearer.
    pub saving: Option<Decimal>,
    /// The same in percent of the asked medicine's price, half-up to 4 decimals.
    pub saving_percent: Option<Decimal>,
}

impl ReadModel {
    /// `None` when no source knows the CUM.
    pub async fn equivalents(&self, cum: Cum, channel: Channel) -> Result<Option<Vec<Equivalent>>, StoreError> {
        let (_, Some(Medicine { equivalence_key, .. })) = self.show_medicine(cum).await? else { return Ok(None) };
        let mut connection = self.database.read_connection().await?;
        let mut all: Vec<(Cum, Medicine)> = match &equivalence_key {
            None => Vec::new(),
            Some(key) => {
                let rows = connection.query(statements::medicines_equivalent, &[key]).await?;
                rows.iter().map(medicine).collect::<Result<_, _>>()?
            }
        };
        all.retain(|(other, _)| *other != cum);
        let mut expedientes: Vec<i32> = all.iter().map(|(other, _)| other.expediente).chain([cum.expediente]).collect();
        expedientes.sort_unstable();
        expedientes.dedup();
        let mut prices: HashMap<i32, UnitPrice> = HashMap::new();
        for row in connection.query(statements::reported_unit_prices, &[&expedientes, &channel.code()]).await? {
            let (value, units): (Decimal, Decimal) = (row.try_get("value")?, row.try_get("units")?);
            let Some(amount) = exact::quotient_half_up(value, units, 4) else { continue };
            let price = UnitPrice { amount, source: PriceSource::Reports, month: Some(row.try_get("period_from")?) };
            prices.insert(row.try_get("expediente")?, price);
        }
        if let Some(list) = newest(&mut connection).await? {
            for row in connection.query(statements::thermometer_unit_prices, &[&list.id(), &expedientes, &channel.code()]).await?
            {
                let price = UnitPrice { amount: row.try_get("price")?, source: PriceSource::Thermometer, month: None };
                prices.insert(row.try_get("expediente")?, price);
            }
        }
        let own = prices.get(&cum.expediente);
        let mut others: Vec<Equivalent> = all.into_iter().map(|other| priced(other, &prices, own)).collect();
        others.sort_by(cheapest_first);
        Ok(Some(others))
    }
}

fn priced((cum, medicine): (Cum, Medicine), prices: &HashMap<i32, UnitPrice>, own: Option<&UnitPrice>) -> Equivalent {
    let unit_price = prices.get(&cum.expediente).cloned();
    let both = own.zip(unit_price.as_ref());
    let saving = both.and_then(|(own, other)| exact::difference(own.amount, other.amount));
    let saving_percent = saving
        .zip(own)
        .and_then(|(saving, own)| exact::quotient_half_up(exact::product(saving, Decimal::ONE_HUNDRED)?, own.amount, 4));
    Equivalent { cum, medicine, unit_price, saving, saving_percent }
}

/// Those without a price last; ties by CUM.
fn cheapest_first(a: &Equivalent, b: &Equivalent) -> Ordering {
    let by_price = match (&a.unit_price, &b.unit_price) {
        (Some(a), Some(b)) => a.amount.cmp(&b.amount),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    };
    by_price.then(a.cum.cmp(&b.cum))
}
