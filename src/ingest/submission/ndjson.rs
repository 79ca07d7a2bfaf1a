//! A submission as one JSON object a line. Values must be strings: a JSON number could have been rounded as a float.

use std::{
    fs::File,
    io::{self, BufReader, Seek, SeekFrom},
    path::Path,
};

use rust_decimal::Decimal;

use super::{intake_row::IntakeRow, json_object::JsonObject};
use crate::{
    domain::{
        calendar::period::Period,
        identifier::{cum::Cum, nit::Nit},
        law::listed::{Operation, SismedReport},
        reports::source_row::RowFault,
    },
    ingest::{
        error::{Empty, FileError},
        file_facts::FileFacts,
        format::{
            bounded_lines::{BoundedLines, Line},
            decode::no_json,
            number::{FROM_CELLS, NumberFormat},
        },
        layouts::sismed::INVOICE_UNITS,
        table::row::fault,
        tally::{Each, RowCounter},
    },
};

const LAYOUT: &str = "sismed-submission-ndjson";
pub const PERIOD_KEY: &str = "period";
const LINE_BYTES_MAX: usize = 64 * 1024;
const KEYS: &[&str] = &[
    "cum", PERIOD_KEY, "actor_role", "operation", "transaction", "unit", "minimum", "maximum", "units", "value",
    "counterparty_nit",
];
const BYTE_ORDER_MARK: char = '\u{FEFF}';

pub fn read(path: &Path, report: &dyn Fn(u64), each: &mut Each<'_, IntakeRow>) -> Result<FileFacts, FileError> {
    let unreadable = |source: io::Error| FileError::Unreadable { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(unreadable)?;
    if let Some(why) = no_json(&mut file).map_err(unreadable)? {
        return Err(FileError::NotThisLayout { layout: LAYOUT, why });
    }
    file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let mut lines = BoundedLines::new(BufReader::new(file), LINE_BYTES_MAX);
    let mut tally = RowCounter::new(each);
    let (mut number, mut encoding) = (0_u64, "utf-8");
    while let Some(line) = lines.next_line().map_err(unreadable)? {
        number += 1;
        report(lines.bytes);
        match line {
            Line::TooLong(start) => tally.row(number, Err(fault(None, number, None, &start, "record_too_long")))?,
            Line::Whole(text) => {
                let unmarked = if number == 1 { text.strip_prefix(BYTE_ORDER_MARK) } else { None };
                encoding = if unmarked.is_some() { "utf-8-bom" } else { encoding };
                let text = unmarked.unwrap_or(&text).trim();
                if !text.is_empty() {
                    tally.row(number, row(number, text))?;
                }
            }
        }
    }
    if tally.counts.read == 0 {
        return Err(FileError::Empty(Empty::NoObjects));
    }
    let number_format = NumberFormat::Plain.label();
    Ok(FileFacts { layout: LAYOUT, encoding, delimiter: None, number_format, cut_date: None, extra_columns: Vec::new() })
}

fn row(line: u64, text: &str) -> Result<IntakeRow, RowFault> {
    let object = JsonObject::read(line, text, KEYS)?;
    let (minimum, maximum) = (reported(&object, "minimum")?, reported(&object, "maximum")?);
    if let (Some(low), Some(high)) = (minimum, maximum)
        && low > high
    {
        return Err(object.fault("minimum", "minimum_above_maximum"));
    }
    let report = SismedReport {
        cum: object.required("cum")?.parse::<Cum>().map_err(|_| object.fault("cum", "not_a_cum"))?,
        period: period(&object)?,
        actor_role: object.code("actor_role", &[("1", 1), ("2", 2)])?,
        operation: object.code("operation", &Operation::ALL.map(|operation| (operation.code(), operation)))?,
        transaction: object.code("transaction", &[("1", 1), ("2", 2), ("3", 3), ("4", 4), ("5", 5)])?,
        unit: object.code("unit", INVOICE_UNITS)?,
        minimum,
        maximum,
        units: reported(&object, "units")?,
        value: reported(&object, "value")?,
    };
    let nit = object.text("counterparty_nit")?.map(|text| text.parse::<Nit>());
    let nit = nit.transpose().map_err(|_| object.fault("counterparty_nit", "not_a_nit"))?;
    Ok(IntakeRow { report, counterparty: nit.map(Nit::digits), flags: Vec::new() })
}

/// `2020-06` or `2020`. A day is too fine for a report of a month's sales.
fn period(object: &JsonObject<'_>) -> Result<Period, RowFault> {
    let text = object.required(PERIOD_KEY)?;
    let year = (text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten();
    let year = year.filter(|year| (1990..=2100).contains(year)).and_then(Period::year);
    let month = if text.len() == 7 { Period::parse(&text).ok() } else { None };
    year.or(month).ok_or_else(|| object.fault(PERIOD_KEY, "not_a_period"))
}

/// A plain decimal, never negative; a zero means "not reported", as in the published files.
fn reported(object: &JsonObject<'_>, key: &str) -> Result<Option<Decimal>, RowFault> {
    let Some(text) = object.text(key)? else { return Ok(None) };
    // One grammar for all: there is no file-wide format to find out, so no comma and no second point.
    if text.contains(',') || text.matches('.').count() > 1 {
        return Err(object.fault(key, "not_a_number"));
    }
    let number = FROM_CELLS.parse(&text).map_err(|reason| object.fault(key, reason))?;
    if number.is_sign_negative() && !number.is_zero() {
        return Err(object.fault(key, "negative"));
    }
    Ok(Some(number).filter(|number| !number.is_zero()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"cum":"19914312-020","period":"2020-06","actor_role":2,"operation":"CM","transaction":"5","unit":"A","minimum":"33052","maximum":"35365.640","units":"3","value":"0","counterparty_nit":"890903938-8"}"#;

    fn changed(from: &str, to: &str) -> Result<IntakeRow, RowFault> {
        assert!(GOOD.contains(from), "{from}");
        row(1, &GOOD.replace(from, to))
    }

    #[test]
    fn a_good_line_is_what_it_says() {
        let IntakeRow { report, counterparty, flags } = row(1, GOOD).unwrap();
        assert_eq!((report.cum.to_string().as_str(), report.period.to_string().as_str()), ("19914312-20", "2020-06"));
        assert_eq!((report.actor_role, report.operation, report.transaction), (2, Operation::Purchase, 5));
        assert_eq!(report.maximum.map(|maximum| maximum.to_string()).as_deref(), Some("35365.640"));
        assert_eq!((report.value, counterparty.as_deref(), flags.is_empty()), (None, Some("890903938"), true));
        assert_eq!(changed("2020-06", "2020").unwrap().report.period, Period::year(2020).unwrap());
        assert_eq!(changed(r#""5""#, "5").unwrap().report.transaction, 5);
        assert_eq!(changed(r#""33052""#, "null").unwrap().report.minimum, None);
        assert_eq!(changed(r#","counterparty_nit":"890903938-8""#, "").unwrap().counterparty, None);
    }

    #[test]
    fn only_plain_decimals_are_numbers() {
        for (value, reason) in [
            ("1,5", "not_a_number"),
            ("1.234.567", "not_a_number"),
            ("1e3", "not_a_number"),
            ("+1", "not_a_number"),
            ("NaN", "not_a_number"),
            ("0x1F", "not_a_number"),
            ("-3", "negative"),
            ("1234567890123456", "number_too_large"),
            ("0.12345678901234567890123456789", "too_many_digits"),
        ] {
            let fault = changed(r#""units":"3""#, &format!(r#""units":"{value}""#)).unwrap_err();
            assert_eq!((fault.reason, fault.value.as_str(), fault.column.as_deref()), (reason, value, Some("units")));
        }
        let whole = changed(r#""units":"3""#, r#""units":"1.234""#).unwrap().report.units;
        assert_eq!(whole.map(|units| units.to_string()).as_deref(), Some("1.234"), "a point is the decimal mark, always");
    }

    #[test]
    fn a_period_is_a_month_or_a_year() {
        for text in ["2020-06-01", "2020-13", "1989", "2101", "20-06", "202006", "２020"] {
            assert_eq!(changed("2020-06", text).unwrap_err().reason, "not_a_period", "{text}");
        }
    }
}
