//! Cells that tables of purchases and of contracts have alike: parties, signed numbers, and days with an hour behind them.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::{
    domain::{
        identifier::{nit::Nit, taxpayer::Taxpayer},
        reports::source_row::RowFault,
    },
    ingest::{
        format::{dates, number},
        table::row::Row,
    },
};

/// A public body. What is no number of an organisation may be that of a person, so the fault does not repeat it.
pub fn buyer(row: &Row<'_>, column: usize) -> Result<Nit, RowFault> {
    row.required(column)?;
    let nit = Taxpayer::of(row.whole(column)).nit();
    nit.ok_or_else(|| RowFault { value: String::new(), ..row.fault(column, "not_an_organisation") })
}

/// With the name, unless it is a natural person's. Without a number nothing says whose name it is.
pub fn seller(row: &Row<'_>, number: usize, name: usize) -> Result<(Taxpayer, Option<String>), RowFault> {
    let seller = Taxpayer::of(row.whole(number));
    let name = if seller.nit().is_some() { stated(row, name)? } else { None };
    Ok((seller, name))
}

/// How the portal writes a blank.
pub fn stated(row: &Row<'_>, column: usize) -> Result<Option<String>, RowFault> {
    let is_blank = |text: &str| text.is_empty() || text.eq_ignore_ascii_case("No Definido") || text.eq_ignore_ascii_case("No D");
    Ok(Some(row.text(column)?).filter(|text| !is_blank(text)))
}

/// A number that may be blank, and below zero where something came back.
pub fn signed(row: &Row<'_>, column: usize) -> Result<Option<Decimal>, RowFault> {
    let cell = row.cell(column);
    if cell.is_empty() {
        return Ok(None);
    }
    let parsed = row.numbers.parse(cell).map_err(|reason| row.fault(column, reason))?;
    Ok(Some(if row.sheet.is_some() { number::quantity_of_cell(parsed) } else { parsed }))
}

/// The day of an instant: `2024-03-01T15:04:05.000`.
pub fn day_of(row: &Row<'_>, column: usize) -> Result<Date, RowFault> {
    let cell = row.required(column)?;
    let day = cell.split_once('T').map_or(cell, |(day, _)| day);
    dates::day(day, row.days).map_err(|reason| row.fault(column, reason))
}

pub fn day_or_blank(row: &Row<'_>, column: usize) -> Result<Option<Date>, RowFault> {
    if row.cell(column).is_empty() { Ok(None) } else { day_of(row, column).map(Some) }
}
