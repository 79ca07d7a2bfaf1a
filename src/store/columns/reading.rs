//! Reads a partition into memory.

use std::error::Error;

use futures_util::TryStreamExt;
use jiff::civil::Date;
use rust_decimal::Decimal;
use tokio_postgres::{
    binary_copy::{BinaryCopyOutRow, BinaryCopyOutStream},
    types::{FromSql, Type},
};

use super::part::{PackedReport, Part, PartBuilder, UNITS};
use crate::{
    domain::{cum::Cum, period::Period},
    store::{
        error::{StoreError, corrupt},
        judgement::ReportPrices,
        numeric::Wide,
        pool::Database,
        report_judge::ReportKey,
        statements,
    },
};

const TYPES: [Type; 12] = [
    Type::INT8,
    Type::INT4,
    Type::INT4,
    Type::DATE,
    Type::DATE,
    Type::INT2,
    Type::INT2,
    Type::INT4,
    Type::NUMERIC,
    Type::NUMERIC,
    Type::NUMERIC,
    Type::NUMERIC,
];

pub async fn read_part(database: &Database, part: i64) -> Result<Part, StoreError> {
    let connection = database.unbounded().await?;
    let stream = connection.copy_out(&statements::copy_out_reports.replace("$1", &part.to_string())).await?;
    let mut rows = std::pin::pin!(BinaryCopyOutStream::new(stream, &TYPES));
    let (mut builder, mut last) = (PartBuilder::default(), None);
    while let Some(row) = rows.try_next().await? {
        let raw = RawKey::of(&row)?;
        let key = match last {
            Some((before, key)) if before == raw => key,
            _ => raw.key()?,
        };
        last = Some((raw, key));
        let (packed, wide) = prices(&row)?;
        builder.push(row.try_get(0)?, key, row.try_get(7)?, packed, wide);
    }
    builder.finish().ok_or_else(|| corrupt("sismed_row", "a partition is too wide for memory"))
}

/// As the database sends it: dates are worked out once for many rows.
#[derive(Clone, Copy, PartialEq, Eq)]
struct RawKey {
    cum: Cum,
    from: RawDate,
    until: RawDate,
    transaction: i16,
}

impl RawKey {
    fn of(row: &BinaryCopyOutRow) -> Result<Self, StoreError> {
        let cum = Cum::new(row.try_get(1)?, row.try_get(2)?);
        Ok(Self { cum, from: row.try_get(3)?, until: row.try_get(4)?, transaction: row.try_get(5)? })
    }

    fn key(self) -> Result<ReportKey, StoreError> {
        let date = |raw: RawDate| Date::from_sql(&Type::DATE, &raw.0).map_err(|error| corrupt("sismed_row", error));
        let period = Period::from_span(date(self.from)?, date(self.until)?);
        let period = period.ok_or_else(|| corrupt("sismed_row", "period is no day, month or year"))?;
        let transaction = u8::try_from(self.transaction).map_err(|error| corrupt("sismed_row", error))?;
        Ok((self.cum, period, transaction))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct RawDate([u8; 4]);

impl<'a> FromSql<'a> for RawDate {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(raw.try_into()?))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::DATE
    }
}

/// The prices, packed; and as decimals where a number does not fit.
fn prices(row: &BinaryCopyOutRow) -> Result<(PackedReport, Option<ReportPrices>), StoreError> {
    let unit = u8::try_from(row.try_get::<i16>(6)?).map_err(|error| corrupt("sismed_row", error))?;
    let (mut numbers, mut places, mut wide) = ([0_u64; 4], [0_u8; 4], false);
    for (at, (number, places)) in numbers.iter_mut().zip(&mut places).enumerate() {
        match row.try_get::<Wide>(8 + at)? {
            Wide::Null => (),
            Wide::Fits(scaled) => (*number, *places) = (scaled.mantissa, scaled.places),
            Wide::Beyond => wide = true,
        }
    }
    let [minimum, maximum, units, value] = numbers;
    let packed = PackedReport { minimum, maximum, units, value, places, unit, wide };
    Ok((packed, if wide { Some(decimals(row, unit)?) } else { None }))
}

fn decimals(row: &BinaryCopyOutRow, unit: u8) -> Result<ReportPrices, StoreError> {
    let unit = *UNITS.get(usize::from(unit)).ok_or_else(|| corrupt("sismed_row", "unit of sale"))?;
    let number = |at: usize| row.try_get::<Option<Decimal>>(at);
    Ok(ReportPrices { unit, minimum: number(8)?, maximum: number(9)?, units: number(10)?, value: number(11)? })
}
