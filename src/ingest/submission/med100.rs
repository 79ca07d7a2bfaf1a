//! A submission as the file of Circular 06/2018 goes to PISIS (`MED100MPRE…TXT`): a control record, then a detail record a line, their
//! fields parted by vertical bars. Read as public programs write it; the circular's annex was not seen.

use std::{
    collections::HashSet,
    fs::File,
    io::{self},
    path::Path,
};

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::intake_row::{IntakeRow, IntakeWindow};
use crate::{
    domain::{
        calendar::period::{Period, parse_date},
        identifier::{characters::is_noncharacter, cum::Cum, ium::Ium, nit::Nit},
        law::listed::{Operation, SismedReport},
        reports::source_row::RowFault,
    },
    ingest::{
        error::FileError,
        file_facts::FileFacts,
        format::{
            bounded_lines::{BoundedLines, Line},
            decode::{Decoded, Meter, detect, sniff_format},
            number::{FROM_CELLS, NumberFormat},
        },
        layout_name::{LayoutName, Way},
        layouts::sismed::INVOICE_UNITS,
        table::row::fault,
        tally::{Each, RowCounter},
    },
};

pub const LAYOUT: &str = "sismed-med100";
/// Known by its control record.
pub static MED100: LayoutName = LayoutName {
    code: LAYOUT,
    es: "el archivo con el que un informante reporta al SISMED por PISIS (MED100MPRE)",
    en: "the file by which a reporter reports to SISMED through PISIS (MED100MPRE)",
    way: Way::Instead {
        es: "lo envía el informante con `POST /v1/submissions`; con `dry_run=true` se revisa sin enviarlo",
        en: "its reporter submits it with `POST /v1/submissions`; with `dry_run=true` it is checked and not submitted",
    },
};
pub const PERIOD_COLUMN: &str = DETAIL[MONTH].0;
const LINE_BYTES_MAX: usize = 64 * 1024;
/// Of this many different CUM the count is held against the control record's: more than there are.
const CUMS_MAX: usize = 1_000_000;

const CONTROL: [&str; 7] = [
    "tipo de registro", "tipo de identificación", "número de identificación", "fecha inicial", "fecha final",
    "total de registros de detalle", "total de medicamentos",
];
const IDENTIFICATIONS: [&str; 4] = ["NI", "MU", "DE", "DI"];

/// Name and greatest length of each field of a detail record.
const DETAIL: [(&str, usize); 19] = [
    ("tipo de registro", 1),
    ("consecutivo", 6),
    ("código de habilitación", 10),
    ("mes", 2),
    ("rol del actor", 1),
    ("tipo de operación", 2),
    ("tipo de transacción", 2),
    ("IUM nivel 1", 8),
    ("IUM nivel 2", 4),
    ("IUM nivel 3", 3),
    ("expediente", 8),
    ("consecutivo presentación", 3),
    ("unidad de la factura", 1),
    ("precio mínimo", 14),
    ("precio máximo", 14),
    ("valor total", 14),
    ("unidades", 16),
    ("factura del precio mínimo", 20),
    ("factura del precio máximo", 20),
];
const CONSECUTIVE: usize = 1;
const MONTH: usize = 3;
const ROLE: usize = 4;
const OPERATION: usize = 5;
const TRANSACTION: usize = 6;
const IUM: usize = 7;
const EXPEDIENTE: usize = 10;
const PRESENTATION: usize = 11;
const UNIT: usize = 12;
const MINIMUM: usize = 13;
const MAXIMUM: usize = 14;
const VALUE: usize = 15;
const UNITS: usize = 16;
const INVOICES: [usize; 2] = [17, 18];

/// Whether a file begins with a control record.
pub fn begins(start: &[u8]) -> bool {
    let text = String::from_utf8_lossy(start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start));
    let line = text.trim_start().lines().next().unwrap_or_default();
    let fields: Vec<&str> = line.split('|').map(str::trim).collect();
    fields.len() >= CONTROL.len() && fields[0] == "1" && IDENTIFICATIONS.contains(&fields[1])
}

pub fn read(
    path: &Path,
    window: &IntakeWindow,
    report: &dyn Fn(u64),
    each: &mut Each<'_, IntakeRow>,
) -> Result<FileFacts, FileError> {
    let unreadable = |source: io::Error| FileError::Unreadable { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(unreadable)?;
    if let Some(why) = sniff_format(&mut file).map_err(unreadable)? {
        return Err(FileError::NotThisLayout { layout: LAYOUT, why });
    }
    let encoding = detect(&mut file).map_err(unreadable)?;
    let meter = Meter::new(report);
    let mut lines = BoundedLines::new(Decoded::new(&mut file, encoding, &meter).map_err(unreadable)?, LINE_BYTES_MAX);
    let (mut number, mut details) = (0_u64, Details::default());
    let mut control: Option<Control> = None;
    let mut tally = RowCounter::new(each);
    while let Some(line) = lines.next_line().map_err(unreadable)? {
        number += 1;
        let text = match line {
            Line::TooLong(start) if control.is_some() => {
                details.count += 1;
                tally.row(number, Err(fault(None, number, None, &start, "record_too_long")))?;
                continue;
            }
            Line::TooLong(start) | Line::Whole(start) if start.trim().is_empty() => continue,
            Line::TooLong(_) => return Err(no_control()),
            Line::Whole(text) => text,
        };
        if control.is_none() {
            control = Some(Control::read(number, &text)?);
            continue;
        }
        tally.row(number, details.row(number, &text, window))?;
    }
    let control = control.ok_or_else(no_control)?;
    for fault in control.faults(window, &details) {
        tally.whole(fault)?;
    }
    Ok(FileFacts {
        layout: LAYOUT,
        encoding: encoding.name,
        delimiter: Some('|'),
        number_format: NumberFormat::Plain.label(),
        cut_date: None,
        extra_columns: Vec::new(),
    })
}

fn no_control() -> FileError {
    FileError::not_this(
        LAYOUT,
        "su primera línea no es un registro de control (1|NI|NIT|fecha inicial|fecha final|detalles|medicamentos)",
        "its first line is no control record (1|NI|NIT|first day|last day|details|medicines)",
    )
}

fn fields(text: &str) -> Vec<&str> {
    let mut fields: Vec<&str> = text.trim_end_matches(['\r', '\n']).split('|').map(str::trim).collect();
    if fields.last() == Some(&"") && fields.len() > 1 {
        fields.pop(); // some programs end a line with a bar
    }
    fields
}

struct Control {
    line: u64,
    fields: Vec<String>,
}

impl Control {
    fn read(line: u64, text: &str) -> Result<Self, FileError> {
        let fields: Vec<String> = fields(text).into_iter().map(str::to_owned).collect();
        let formed = fields.len() == CONTROL.len() && fields[0] == "1" && IDENTIFICATIONS.contains(&fields[1].as_str());
        if formed { Ok(Self { line, fields }) } else { Err(no_control()) }
    }

    fn field(&self, index: usize) -> &str {
        self.fields.get(index).map(String::as_str).unwrap_or_default()
    }

    fn date_of(&self, index: usize) -> Option<Date> {
        parse_date(self.field(index)).ok()
    }

    /// Everything in which the control record differs from the details and from what the submission says of itself.
    fn faults(&self, window: &IntakeWindow, details: &Details) -> Vec<RowFault> {
        let number = |index: usize| self.field(index).parse::<u64>().ok();
        let reporter = |nit: Nit| self.field(2).parse::<Nit>().is_ok_and(|found| found == nit);
        let last = |day: Date| day.tomorrow().ok();
        let differs = [
            (2, "control_reporter_differs", window.reporter.is_some_and(|nit| !reporter(nit))),
            (3, "control_period_differs", self.date_of(3) != Some(window.from)),
            (4, "control_period_differs", self.date_of(4).and_then(last) != Some(window.until)),
            (5, "control_details_differ", number(5) != Some(details.count)),
            (6, "control_medicines_differ", details.cums_are_known && number(6) != Some(details.cums.len() as u64)),
        ];
        let found = differs.into_iter().filter(|(_, _, differs)| *differs);
        found.map(|(index, code, _)| fault(None, self.line, Some(CONTROL[index].to_owned()), self.field(index), code)).collect()
    }
}

/// What the detail records add up to.
struct Details {
    count: u64,
    /// The number of the last record that has one.
    last: u64,
    cums: HashSet<Cum>,
    /// False as soon as a record has none that can be read: then the count proves nothing.
    cums_are_known: bool,
}

impl Default for Details {
    fn default() -> Self {
        Self { count: 0, last: 0, cums: HashSet::new(), cums_are_known: true }
    }
}

impl Details {
    fn row(&mut self, line: u64, text: &str, window: &IntakeWindow) -> Result<IntakeRow, RowFault> {
        self.count += 1;
        let detail = Detail { line, fields: fields(text) };
        let cum = detail.cum();
        match &cum {
            Ok(cum) if self.cums.len() < CUMS_MAX => {
                self.cums.insert(*cum);
            }
            _ => self.cums_are_known = false,
        }
        let expected = self.last + 1;
        let consecutive = detail.field(CONSECUTIVE).parse::<u64>().ok();
        self.last = consecutive.unwrap_or(expected);
        detail.formed(text)?;
        if consecutive != Some(expected) {
            return Err(detail.fault(CONSECUTIVE, "wrong_consecutive"));
        }
        detail.report(cum?, window)
    }
}

struct Detail<'a> {
    line: u64,
    fields: Vec<&'a str>,
}

impl Detail<'_> {
    fn field(&self, index: usize) -> &str {
        self.fields.get(index).copied().unwrap_or_default()
    }

    fn fault(&self, index: usize, reason: &'static str) -> RowFault {
        fault(None, self.line, Some(DETAIL[index].0.to_owned()), self.field(index), reason)
    }

    /// A detail record at all, every field within its length and of plain text.
    fn formed(&self, text: &str) -> Result<(), RowFault> {
        let whole = |reason| Err(fault(None, self.line, None, text, reason));
        if text.contains('\u{FFFD}') || text.chars().any(is_noncharacter) {
            return whole("broken_text");
        }
        if text.trim_end_matches(['\r', '\n']).chars().any(char::is_control) {
            return whole("control_character");
        }
        if self.fields.len() != DETAIL.len() {
            return whole("wrong_number_of_fields");
        }
        if self.field(0) != "2" {
            return Err(self.fault(0, "unknown_code"));
        }
        let long = (0..DETAIL.len()).find(|&index| self.field(index).chars().count() > DETAIL[index].1);
        if let Some(index) = long {
            return Err(self.fault(index, "field_too_long"));
        }
        let odd = INVOICES.into_iter().find(|&index| !self.field(index).bytes().all(|byte| byte.is_ascii_alphanumeric()));
        odd.map_or(Ok(()), |index| Err(self.fault(index, "not_alphanumeric")))
    }

    fn report(&self, cum: Cum, window: &IntakeWindow) -> Result<IntakeRow, RowFault> {
        let (minimum, maximum) = (self.reported(MINIMUM)?, self.reported(MAXIMUM)?);
        if let (Some(low), Some(high)) = (minimum, maximum)
            && low > high
        {
            return Err(self.fault(MINIMUM, "minimum_above_maximum"));
        }
        self.ium()?;
        let report = SismedReport {
            cum,
            period: self.period(window)?,
            actor_role: self.code(ROLE, &[("1", 1), ("2", 2)])?,
            operation: self.code(OPERATION, &Operation::ALL.map(|operation| (operation.code(), operation)))?,
            transaction: self.code(TRANSACTION, &[("1", 1), ("2", 2), ("3", 3), ("4", 4), ("5", 5)])?,
            unit: self.code(UNIT, INVOICE_UNITS)?,
            minimum,
            maximum,
            units: self.reported(UNITS)?,
            value: self.reported(VALUE)?,
        };
        Ok(IntakeRow { report, counterparty: None, flags: Vec::new() })
    }

    fn cum(&self) -> Result<Cum, RowFault> {
        Cum::of_halves(self.field(EXPEDIENTE), self.field(PRESENTATION)).map_err(|_| self.fault(EXPEDIENTE, "not_a_cum"))
    }

    /// Three parts, each `0` where it is absent: what is there must be an IUM of some level.
    fn ium(&self) -> Result<(), RowFault> {
        let parts = [self.field(IUM), self.field(IUM + 1), self.field(IUM + 2)];
        let code: String = parts.into_iter().filter(|part| !part.is_empty() && *part != "0").collect();
        if code.is_empty() || code.parse::<Ium>().is_ok() { Ok(()) } else { Err(self.fault(IUM, "not_an_ium")) }
    }

    /// The record states the month only: the year is that of the submission's period.
    fn period(&self, window: &IntakeWindow) -> Result<Period, RowFault> {
        let text = self.field(MONTH);
        let month: i8 =
            text.parse().ok().filter(|month| (1..=12).contains(month)).ok_or_else(|| self.fault(MONTH, "not_a_month"))?;
        let years = window.from.year()..=window.until.year();
        let months = years.filter_map(|year| Period::month(year, month));
        let mut inside = months.filter(|period| window.from <= period.from && period.until <= window.until);
        match (inside.next(), inside.next()) {
            (Some(period), None) => Ok(period),
            (None, _) => Err(self.fault(MONTH, "period_outside_submission")),
            (Some(_), Some(_)) => Err(self.fault(MONTH, "month_in_two_years")),
        }
    }

    /// One of a closed list; `05` is `5`.
    fn code<T: Copy>(&self, index: usize, known: &[(&str, T)]) -> Result<T, RowFault> {
        let field = self.field(index);
        if field.is_empty() {
            return Err(self.fault(index, "missing_value"));
        }
        let short = field.trim_start_matches('0');
        let found = known.iter().find(|(name, _)| *name == short);
        found.map(|(_, value)| *value).ok_or_else(|| self.fault(index, "unknown_code"))
    }

    /// A plain decimal with a point; a zero or a blank is not reported.
    fn reported(&self, index: usize) -> Result<Option<Decimal>, RowFault> {
        let text = self.field(index);
        if text.is_empty() {
            return Ok(None);
        }
        if text.contains(',') || text.matches('.').count() > 1 {
            return Err(self.fault(index, "not_a_number"));
        }
        let number = FROM_CELLS.parse(text).map_err(|reason| self.fault(index, reason))?;
        if number.is_sign_negative() && !number.is_zero() {
            return Err(self.fault(index, "negative"));
        }
        Ok(Some(number).filter(|number| !number.is_zero()))
    }
}
