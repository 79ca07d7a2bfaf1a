//! The identity of a stored report, and its prices.

use jiff::civil::Date;
use tokio_postgres::Row;

use super::report_judge::ReportKey;
use crate::{
    domain::{calendar::period::Period, identifier::cum::Cum, law::listed::InvoiceUnit, verdict::report_verdict::ReportPrices},
    store::postgres::{
        error::{StoreError, corrupt},
        numeric::Amount,
    },
};

/// The identity of a row of `sismed_row`.
pub fn key(row: &Row) -> Result<ReportKey, StoreError> {
    let cum = Cum::new(row.try_get("expediente")?, row.try_get("consecutive")?);
    key_of(cum, (row.try_get("period_from")?, row.try_get("period_until")?), row.try_get("transaction")?)
}

/// The same of its columns.
pub(super) fn key_of(cum: Cum, (from, until): (Date, Date), transaction: i16) -> Result<ReportKey, StoreError> {
    let period = Period::from_span(from, until).ok_or_else(|| corrupt("sismed_row", "period is no day, month or year"))?;
    let transaction = u8::try_from(transaction).map_err(|error| corrupt("sismed_row", error))?;
    Ok((cum, period, transaction))
}

/// The unit of a row of `sismed_row`.
pub(super) fn unit(row: &Row) -> Result<InvoiceUnit, StoreError> {
    unit_of(row.try_get("unit")?)
}

/// The same of its column.
pub(super) fn unit_of(code: i16) -> Result<InvoiceUnit, StoreError> {
    match code {
        0 => Ok(InvoiceUnit::Pack),
        1 => Ok(InvoiceUnit::PrimaryPack),
        2 => Ok(InvoiceUnit::DispensingUnit),
        3 => Ok(InvoiceUnit::RegulatedUnit),
        other => Err(corrupt("sismed_row", other)),
    }
}

/// The prices of a row of `sismed_row`.
pub fn prices(row: &Row) -> Result<ReportPrices, StoreError> {
    let amount = |name: &str| row.try_get::<_, Amount>(name).map(|amount| amount.0);
    Ok(ReportPrices {
        unit: unit(row)?,
        minimum: amount("minimum")?,
        maximum: amount("maximum")?,
        units: amount("units")?,
        value: amount("value")?,
    })
}
