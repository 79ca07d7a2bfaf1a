//! SISMED reports as published per expediente, 2012 to today.

use crate::{
    domain::{
        calendar::period::Period,
        identifier::cum::{Cum, ParseCumError},
        law::listed::{InvoiceUnit, Operation, SismedReport},
        reports::source_row::RowFault,
    },
    ingest::{
        format::{dates, number::NumberFormat},
        table::{
            columns::{Extras, Layout, LayoutColumn, columns},
            layout::TableLayout,
            row::Row,
        },
    },
};
use rust_decimal::Decimal;

columns!(COLUMNS:
    EXPEDIENTE required "NoExpediente" | "Expediente",
    CONSECUTIVE required "PresentacionComercial" | "Consecutivo",
    YEAR required "AnnioCorte" | "AñoCorte",
    MONTH blank "MesFactura",
    SPAN optional "Periodo",
    ROLE required "CodRolActorReportante",
    OPERATION required "CodTipoOperacion",
    TRANSACTION required "CodTipoTransaccion",
    UNIT required "CodUnidadFactura",
    MINIMUM blank "ValorMinimo",
    MAXIMUM blank "ValorMaximo",
    UNITS blank "TotalUnidadesFacturadas",
    VALUE blank "ValorTotalFacturado",
    // Last, and not in the published layout: only submissions to this service say who the other side was.
    COUNTERPARTY optional "NitContraparte" | "NIT_Contraparte" | "counterparty_nit",
);

/// The publisher's columns.
const PUBLISHED: &[LayoutColumn] = COLUMNS.split_at(COUNTERPARTY).0;
pub const NUMBERS: &[usize] = &[MINIMUM, MAXIMUM, UNITS, VALUE];

/// The annex's letters for the unit that stands on the invoice.
pub const INVOICE_UNITS: &[(&str, InvoiceUnit)] = &[
    ("A", InvoiceUnit::Pack),
    ("B", InvoiceUnit::PrimaryPack),
    ("C", InvoiceUnit::DispensingUnit),
    ("D", InvoiceUnit::RegulatedUnit),
];

pub const SISMED: TableLayout<SismedReport> = TableLayout {
    layout: Layout { code: "sismed-published", columns: PUBLISHED, extras: Extras::Reported },
    numbers: NUMBERS,
    days: &[],
    usual_format: NumberFormat::Plain,
    // A file named by its expediente is not named by a day.
    key: Some(EXPEDIENTE),
    extra_values: false,
    ..TableLayout::with(read)
};

pub fn read(row: &Row<'_>) -> Result<SismedReport, RowFault> {
    let (minimum, maximum) = range(row, MINIMUM, MAXIMUM)?;
    Ok(SismedReport {
        cum: cum(row, EXPEDIENTE, CONSECUTIVE)?,
        period: period(row)?,
        actor_role: row.code(ROLE, &[("1", 1), ("2", 2)])?,
        operation: row
            .code(OPERATION, &[("CM", Operation::Purchase), ("VN", Operation::Sale), ("RC", Operation::Reimbursement)])?,
        transaction: row.code(TRANSACTION, &[("1", 1), ("2", 2), ("3", 3), ("4", 4), ("5", 5)])?,
        unit: row.code(UNIT, INVOICE_UNITS)?,
        minimum,
        maximum,
        units: reported_units(row, UNITS)?,
        value: reported(row, VALUE)?,
    })
}

/// The least and the highest price, where they are reported.
pub fn range(row: &Row<'_>, minimum: usize, maximum: usize) -> Result<(Option<Decimal>, Option<Decimal>), RowFault> {
    let (low, high) = (reported(row, minimum)?, reported(row, maximum)?);
    match (low, high) {
        (Some(below), Some(above)) if below > above => Err(row.fault(minimum, "minimum_above_maximum")),
        _ => Ok((low, high)),
    }
}

/// Zeros mean "not reported" in SISMED, as blanks do.
pub fn reported(row: &Row<'_>, column: usize) -> Result<Option<Decimal>, RowFault> {
    Ok(row.money(column)?.filter(|number| !number.is_zero()))
}

/// Units are counted, not paid: a spreadsheet's float dirt is rounded away further down.
pub fn reported_units(row: &Row<'_>, column: usize) -> Result<Option<Decimal>, RowFault> {
    Ok(row.quantity(column)?.filter(|number| !number.is_zero()))
}

/// The two halves of a CUM in columns of their own; the fault names the half that is wrong.
pub fn cum(row: &Row<'_>, expediente: usize, consecutive: usize) -> Result<Cum, RowFault> {
    let (first, second) = (row.required_whole(expediente)?, row.required_whole(consecutive)?);
    Cum::of_halves(first, second).map_err(|error| {
        let half = if error == ParseCumError::Expediente { expediente } else { consecutive };
        row.fault(half, "not_a_cum")
    })
}

/// The month where there is one; before 2019-10 the files give a quarter or only the year, and the year is what is certain.
fn period(row: &Row<'_>) -> Result<Period, RowFault> {
    let year = row.required_whole(YEAR)?;
    let year: i16 = (year.len() == 4).then(|| year.parse().ok()).flatten().ok_or_else(|| row.fault(YEAR, "not_a_year"))?;
    if !(1990..=2100).contains(&year) {
        return Err(row.fault(YEAR, "not_a_year"));
    }
    let span = row.cell(SPAN);
    let span =
        if span.is_empty() { None } else { Some(dates::span_of_months(span).ok_or_else(|| row.fault(SPAN, "not_a_period"))?) };
    if span.is_some_and(|(first, last)| first.from.year() != year || last.from.year() != year) {
        return Err(row.fault(SPAN, "period_outside_the_year"));
    }
    let month = row.whole(MONTH);
    if !month.is_empty() {
        let digits = month.len() <= 2 && month.bytes().all(|byte| byte.is_ascii_digit());
        let month: Option<i8> = if digits { month.parse().ok() } else { None };
        return month.and_then(|month| Period::month(year, month)).ok_or_else(|| row.fault(MONTH, "not_a_month"));
    }
    match span {
        Some((first, last)) if first == last => Ok(first),
        _ => Period::year(year).ok_or_else(|| row.fault(YEAR, "not_a_year")),
    }
}
