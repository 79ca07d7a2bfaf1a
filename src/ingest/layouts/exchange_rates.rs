//! The peso's exchange rate to the dollar (TRM): the open data set mcec-87by, a row for each span of days with one rate, and Banco de la
//! República's tables, a row a day.

use jiff::{
    ToSpan,
    civil::{self, Date},
};
use rust_decimal::Decimal;

use crate::{
    domain::{law::listed::ListedRate, reports::source_row::RowFault},
    ingest::{
        format::number::NumberFormat,
        table::{
            columns::{Extras, Layout, columns},
            layout::TableLayout,
            row::Row,
        },
    },
};

columns!(SPANS:
    RATE required "valor",
    UNIT required "unidad",
    FROM required "vigenciadesde",
    UNTIL required "vigenciahasta",
);

columns!(DAYS:
    DAY required "fecha" | "Periodo(MMM DD, AAAA)",
    RATE_OF_DAY required "trm" | "Tasa Representativa del Mercado (TRM)",
);

pub const EXCHANGE_RATES: TableLayout<ListedRate> = TableLayout {
    layout: Layout { code: "trm-mcec-87by", columns: SPANS, extras: Extras::Reported },
    numbers: &[RATE],
    days: &[FROM, UNTIL],
    usual_format: NumberFormat::Grouped,
    ..TableLayout::with(read_span)
};

pub const EXCHANGE_RATES_BY_DAY: TableLayout<ListedRate> = TableLayout {
    layout: Layout { code: "trm-banrep", columns: DAYS, extras: Extras::Reported },
    numbers: &[RATE_OF_DAY],
    days: &[DAY],
    ..TableLayout::with(read_day)
};

/// Spreadsheets count days from here; the table begins in 1967.
const SERIAL_ZERO: Date = civil::date(1899, 12, 30);

/// A weekend is one row for several days.
fn read_span(row: &Row<'_>) -> Result<ListedRate, RowFault> {
    row.code(UNIT, &[("COP", ())])?;
    let (rate, first_day, last_day) = (rate(row, RATE)?, row.day(FROM)?, row.day(UNTIL)?);
    if last_day < first_day {
        return Err(row.fault(UNTIL, "ends_before_it_begins"));
    }
    Ok(ListedRate { rate, first_day, last_day })
}

fn read_day(row: &Row<'_>) -> Result<ListedRate, RowFault> {
    let whole = row.required_whole(DAY)?;
    let is_serial = whole.len() == 5 && whole.bytes().all(|byte| byte.is_ascii_digit());
    let serial = whole.parse::<i32>().ok().filter(|_| is_serial);
    let day = match serial.and_then(|days| SERIAL_ZERO.checked_add(days.days()).ok()) {
        Some(day) => day,
        None => row.day(DAY)?,
    };
    Ok(ListedRate { rate: rate(row, RATE_OF_DAY)?, first_day: day, last_day: day })
}

fn rate(row: &Row<'_>, column: usize) -> Result<Decimal, RowFault> {
    row.required(column)?;
    row.quantity(column)?.filter(|rate| !rate.is_zero()).ok_or_else(|| row.fault(column, "zero_rate"))
}
