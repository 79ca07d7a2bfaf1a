//! A submission as one JSON object a line. Values are strings: a JSON number would have been a float before anybody could look at it.

use std::{
    fmt,
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

use rust_decimal::Decimal;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::Value;

use super::{Each, FileError, FileFacts, intake::IntakeRow, row::fault, tally::Tally};
use crate::domain::{
    cum::Cum,
    listed::{InvoiceUnit, Operation, SismedReport},
    nit::Nit,
    period::Period,
    source_row::Fault,
};

const LINE_BYTES_MAX: usize = 64 * 1024;
const KEYS: [&str; 11] = [
    "cum",
    "period",
    "actor_role",
    "operation",
    "transaction",
    "unit",
    "minimum",
    "maximum",
    "units",
    "value",
    "counterparty_nit",
];

pub fn read(path: &Path, report: &dyn Fn(u64), each: &mut Each<'_, IntakeRow>) -> Result<FileFacts, FileError> {
    let unreadable = |source| FileError::Unreadable { path: path.to_owned(), source };
    let mut source = BufReader::new(File::open(path).map_err(unreadable)?);
    let mut tally = Tally::new(each);
    let (mut number, mut bytes) = (0_u64, 0_u64);
    while let Some(line) = next_line(&mut source).map_err(unreadable)? {
        number += 1;
        bytes += line.bytes;
        report(bytes);
        match line.text {
            Ok(text) if text.trim().is_empty() => {}
            Ok(text) => tally.row(number, row(number, &text))?,
            Err(start) => tally.row(number, Err(fault(None, number, None, &start, "record_too_long")))?,
        }
    }
    if tally.counts.read == 0 {
        return Err(FileError::Empty("it has no line with an object"));
    }
    let number_format = "1234.56";
    Ok(FileFacts { layout: "sismed-submission-ndjson", encoding: "utf-8", delimiter: None, number_format, cut_date: None })
}

struct Line {
    /// The text, or how a line that is too long begins.
    text: Result<String, String>,
    bytes: u64,
}

/// Up to the line break, never holding more than a line may have.
fn next_line(source: &mut impl BufRead) -> std::io::Result<Option<Line>> {
    let (mut held, mut bytes, mut too_long) = (Vec::new(), 0_u64, false);
    loop {
        let chunk = source.fill_buf()?;
        if chunk.is_empty() {
            break;
        }
        let end = chunk.iter().position(|byte| *byte == b'\n');
        let part = &chunk[..end.unwrap_or(chunk.len())];
        too_long |= held.len() + part.len() > LINE_BYTES_MAX;
        if !too_long {
            held.extend_from_slice(part);
        }
        let used = end.map_or(chunk.len(), |end| end + 1);
        source.consume(used);
        bytes += used as u64;
        if end.is_some() {
            break;
        }
    }
    if bytes == 0 {
        return Ok(None);
    }
    let text = String::from_utf8_lossy(&held).into_owned();
    let text = if too_long { Err(text.chars().take(200).collect()) } else { Ok(text) };
    Ok(Some(Line { text, bytes }))
}

/// The members in order, so that a repeated key is seen.
struct Members(Vec<(String, Value)>);

const REPEATED: &str = "a key is repeated";

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Members;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members: Vec<(String, Value)> = Vec::new();
                while let Some((key, value)) = map.next_entry::<String, Value>()? {
                    if members.iter().any(|(known, _)| *known == key) {
                        return Err(A::Error::custom(REPEATED));
                    }
                    members.push((key, value));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Read)
    }
}

/// One line's members, under their keys.
struct Object<'a> {
    line: u64,
    members: &'a [(String, Value)],
}

fn row(line: u64, text: &str) -> Result<IntakeRow, Fault> {
    if text.chars().any(|letter| letter == '\u{FFFD}') {
        return Err(fault(None, line, None, text, "broken_text"));
    }
    let members: Members = serde_json::from_str(text.trim()).map_err(|error| {
        let repeated = error.to_string().starts_with(REPEATED);
        fault(None, line, None, text, if repeated { "duplicate_key_in_object" } else { "not_json" })
    })?;
    if let Some((key, _)) = members.0.iter().find(|(key, _)| !KEYS.contains(&key.as_str())) {
        return Err(fault(None, line, Some(key.clone()), text, "unknown_key"));
    }
    let object = Object { line, members: &members.0 };
    let (minimum, maximum) = (object.number("minimum")?, object.number("maximum")?);
    if let (Some(low), Some(high)) = (minimum, maximum)
        && low > high
    {
        return Err(object.fault("minimum", "minimum_above_maximum"));
    }
    let report = SismedReport {
        cum: object.required("cum")?.parse::<Cum>().map_err(|_| object.fault("cum", "not_a_cum"))?,
        period: object.period()?,
        actor_role: object.code("actor_role", &[("1", 1), ("2", 2)])?,
        operation: Operation::from_code(object.required("operation")?)
            .ok_or_else(|| object.fault("operation", "unknown_code"))?,
        transaction: object.code("transaction", &[("1", 1), ("2", 2), ("3", 3), ("4", 4), ("5", 5)])?,
        unit: object.code("unit", &UNITS)?,
        minimum,
        maximum,
        units: object.number("units")?,
        value: object.number("value")?,
    };
    let counterparty = match object.text("counterparty_nit")? {
        None => None,
        Some(text) => Some(text.parse::<Nit>().map_err(|_| object.fault("counterparty_nit", "not_a_nit"))?.digits()),
    };
    Ok(IntakeRow { report, counterparty, flags: Vec::new() })
}

const UNITS: [(&str, InvoiceUnit); 4] = [
    ("A", InvoiceUnit::Pack),
    ("B", InvoiceUnit::PrimaryPack),
    ("C", InvoiceUnit::DispensingUnit),
    ("D", InvoiceUnit::RegulatedUnit),
];

impl Object<'_> {
    fn get(&self, key: &str) -> Option<&Value> {
        self.members.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    fn fault(&self, key: &str, reason: &'static str) -> Fault {
        let value = match self.get(key) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        };
        fault(None, self.line, Some(key.to_owned()), &value, reason)
    }

    /// A string that is there and not blank.
    fn text(&self, key: &str) -> Result<Option<&str>, Fault> {
        match self.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.chars().any(char::is_control) => Err(self.fault(key, "control_character")),
            Some(Value::String(text)) => Ok(Some(text.trim()).filter(|text| !text.is_empty())),
            Some(_) => Err(self.fault(key, "number_not_string")),
        }
    }

    fn required(&self, key: &str) -> Result<&str, Fault> {
        self.text(key)?.ok_or_else(|| self.fault(key, "missing_value"))
    }

    fn code<T: Copy>(&self, key: &str, known: &[(&str, T)]) -> Result<T, Fault> {
        let text = self.required(key)?;
        let found = known.iter().find(|(code, _)| *code == text);
        found.map(|(_, value)| *value).ok_or_else(|| self.fault(key, "unknown_code"))
    }

    fn period(&self) -> Result<Period, Fault> {
        let text = self.required("period")?;
        let year = (text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten();
        let year = year.filter(|year| (1990..=2100).contains(year)).and_then(Period::year);
        // A day is too fine for a report of a month's sales.
        let month = (text.len() == 7).then(|| Period::parse(text).ok()).flatten();
        year.or(month).ok_or_else(|| self.fault("period", "not_a_period"))
    }

    /// A plain decimal; a zero means "not reported", as in the published files.
    fn number(&self, key: &str) -> Result<Option<Decimal>, Fault> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        let (whole, decimals) = text.split_once('.').map_or((text, "0"), |(whole, decimals)| (whole, decimals));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if text.starts_with('-') && digits(whole.trim_start_matches('-')) && digits(decimals) {
            return Err(self.fault(key, "negative"));
        }
        if !digits(whole) || !digits(decimals) {
            return Err(self.fault(key, "not_a_number"));
        }
        if whole.len() > 15 || decimals.len() > 9 {
            return Err(self.fault(key, "too_many_digits"));
        }
        let number: Decimal = text.parse().map_err(|_| self.fault(key, "not_a_number"))?;
        Ok(Some(number).filter(|number| !number.is_zero()))
    }
}
