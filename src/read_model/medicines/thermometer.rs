//! `show_thermometer`: where a price stands among its comparators in the newest thermometer list.

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use tokio_postgres::Row;

use crate::{
    domain::{
        identifier::cum::Cum,
        law::channel::Channel,
        market::thermometer::{self, Agreement, Distribution, Level},
    },
    read_model::{ReadModel, statements},
    store::postgres::{
        connections::ReadConnection,
        error::{StoreError, corrupt},
    },
};

/// The list the reading is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThermometerList {
    id: i64,
    pub name: String,
    pub sha256: String,
    pub cut_date: Option<Date>,
    pub recorded_at: Timestamp,
    pub rows: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThermometerRow {
    pub expediente: i32,
    pub ingredient: String,
    pub concentration: String,
    pub dispensing_unit: String,
    pub brand: String,
    pub maker: String,
    pub channel: Channel,
    pub price: Decimal,
    pub published_level: Option<Level>,
    pub group_key: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    pub row: ThermometerRow,
    /// None where there is nothing to compare with.
    pub level: Option<Level>,
}

/// One comparison group, with each product's place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThermometerGroup {
    pub list: ThermometerList,
    pub channel: Channel,
    pub distribution: Distribution,
    /// The product asked for; empty when a group was asked for.
    pub products: Vec<Placed>,
    pub comparators: Vec<Placed>,
}

impl ReadModel {
    /// One reading per channel in which the registration stands; `None` when no list has it.
    pub async fn thermometer_of(&self, cum: Cum, channel: Option<Channel>) -> Result<Option<Vec<ThermometerGroup>>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        let Some(list) = newest(&mut connection).await? else { return Ok(None) };
        let channel = channel.map(Channel::code);
        let own = connection.query(statements::thermometer_of_product, &[&list.id, &cum.expediente, &channel]).await?;
        let own: Vec<ThermometerRow> = own.iter().map(row).collect::<Result<_, _>>()?;
        let mut keys: Vec<&str> = own.iter().map(|row| row.group_key.as_str()).collect();
        keys.dedup();
        let mut readings: Vec<ThermometerGroup> = Vec::new();
        for key in keys {
            if readings.iter().any(|known| known.products.iter().any(|placed| placed.row.group_key == key)) {
                continue;
            }
            if let Some(reading) = group(&mut connection, &list, key, Some(cum.expediente)).await? {
                readings.push(reading);
            }
        }
        Ok((!readings.is_empty()).then_some(readings))
    }

    pub async fn thermometer_group(
        &self,
        concentration: &str,
        unit: &str,
        channel: Channel,
    ) -> Result<Option<ThermometerGroup>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        let Some(list) = newest(&mut connection).await? else { return Ok(None) };
        group(&mut connection, &list, &thermometer::key(concentration, unit, channel), None).await
    }

    /// How far the levels we compute agree with those the publisher printed, over the whole newest list: grouped as published, and with
    /// the dispensing units pooled as the publisher seems to do.
    pub async fn thermometer_agreement(&self) -> Result<Option<(ThermometerList, Agreement, Agreement)>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        let Some(list) = newest(&mut connection).await? else { return Ok(None) };
        let rows = connection.query(statements::thermometer_agreement, &[&list.id]).await?;
        let (mut published, mut pooled) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
        for row in &rows {
            let level: Option<i16> = row.try_get("published_level")?;
            let level = level.and_then(|level| u8::try_from(level).ok());
            let (channel, price): (&str, Decimal) = (row.try_get("channel")?, row.try_get("price")?);
            let channel: Channel = channel.parse().map_err(|()| corrupt("thermometer_price", channel))?;
            let key = thermometer::pooled_key(row.try_get("concentration")?, row.try_get("dispensing_unit")?, channel);
            published.push((row.try_get("group_key")?, price, level));
            pooled.push((key, price, level));
        }
        let agreement = |rows: Vec<(String, Decimal, Option<u8>)>| thermometer::agreement(rows.into_iter());
        Ok(Some((list, agreement(published), agreement(pooled))))
    }
}

pub async fn newest(connection: &mut ReadConnection) -> Result<Option<ThermometerList>, StoreError> {
    let known: Option<i64> = None;
    let Some(row) = connection.query_opt(statements::thermometer_file, &[&known]).await? else { return Ok(None) };
    list(&row).map(Some)
}

pub fn list(row: &Row) -> Result<ThermometerList, StoreError> {
    Ok(ThermometerList {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        sha256: row.try_get("sha256")?,
        cut_date: row.try_get("cut_date")?,
        recorded_at: row.try_get("recorded_at")?,
        rows: row.try_get("rows_accepted")?,
    })
}

impl ThermometerList {
    pub fn id(&self) -> i64 {
        self.id
    }
}

async fn group(
    connection: &mut ReadConnection,
    list: &ThermometerList,
    key: &str,
    expediente: Option<i32>,
) -> Result<Option<ThermometerGroup>, StoreError> {
    let rows = connection.query(statements::thermometer_group, &[&list.id, &key]).await?;
    let rows: Vec<ThermometerRow> = rows.iter().map(row).collect::<Result<_, _>>()?;
    Ok(reading(list, rows, expediente))
}

/// One group's rows, cheapest first, with each product's place among them.
pub fn reading(list: &ThermometerList, rows: Vec<ThermometerRow>, expediente: Option<i32>) -> Option<ThermometerGroup> {
    let prices: Vec<Decimal> = rows.iter().map(|row| row.price).collect();
    let (first, distribution) = (rows.first()?, Distribution::of(&prices)?);
    let channel = first.channel;
    let placed = rows.into_iter().map(|row| Placed { level: distribution.shown_level(row.price), row });
    let (products, comparators) = placed.partition(|placed| Some(placed.row.expediente) == expediente);
    Some(ThermometerGroup { list: list.clone(), channel, distribution, products, comparators })
}

pub fn row(row: &Row) -> Result<ThermometerRow, StoreError> {
    let channel: &str = row.try_get("channel")?;
    let level: Option<i16> = row.try_get("published_level")?;
    Ok(ThermometerRow {
        expediente: row.try_get("expediente")?,
        ingredient: row.try_get("ingredient")?,
        concentration: row.try_get("concentration")?,
        dispensing_unit: row.try_get("dispensing_unit")?,
        brand: row.try_get("brand")?,
        maker: row.try_get("maker")?,
        channel: channel.parse().map_err(|()| corrupt("thermometer_price", channel))?,
        price: row.try_get("price")?,
        published_level: level.and_then(|level| Level::from_published(u8::try_from(level).ok()?)),
        group_key: row.try_get("group_key")?,
    })
}
