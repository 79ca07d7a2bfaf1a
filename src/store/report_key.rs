//! What a stored report is about.

use tokio_postgres::Row;

use super::{
    error::{StoreError, corrupt},
    report_judge::ReportKey,
};
use crate::domain::{cum::Cum, period::Period};

/// What a row of `sismed_row` is about.
pub fn key(row: &Row) -> Result<ReportKey, StoreError> {
    let (from, until) = (row.try_get("period_from")?, row.try_get("period_until")?);
    let period = Period::from_span(from, until).ok_or_else(|| corrupt("sismed_row", "period is no day, month or year"))?;
    let transaction: i16 = row.try_get("transaction")?;
    let transaction = u8::try_from(transaction).map_err(|error| corrupt("sismed_row", error))?;
    Ok((Cum::new(row.try_get("expediente")?, row.try_get("consecutive")?), period, transaction))
}
