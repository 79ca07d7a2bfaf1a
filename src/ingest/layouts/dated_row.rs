//! What rows of our own dated tables have alike: their days, and codes that may be blank.

use crate::{
    domain::{calendar::valid_days::ValidDays, reports::source_row::RowFault},
    ingest::table::row::Row,
};

/// From the first day to the last one, both included; a blank last day: until now.
pub fn valid_days(row: &Row<'_>, first: usize, last: usize) -> Result<ValidDays, RowFault> {
    let from = row.day(first)?;
    if row.cell(last).is_empty() {
        return Ok(ValidDays { from, until: None });
    }
    let day = row.day(last)?;
    if day < from {
        return Err(row.fault(last, "ends_before_it_begins"));
    }
    let until = day.tomorrow().map_err(|_| row.fault(last, "not_a_date"))?;
    Ok(ValidDays { from, until: Some(until) })
}

/// One of a closed list, or blank.
pub fn stated<T: Copy>(row: &Row<'_>, column: usize, known: &[(&str, T)]) -> Result<Option<T>, RowFault> {
    if row.cell(column).is_empty() { Ok(None) } else { row.code(column, known).map(Some) }
}
