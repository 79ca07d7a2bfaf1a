//! Dates as publishers print them; only spellings that cannot be read two ways.

use crate::domain::period::{Period, parse_date};
use jiff::civil::Date;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `2024-07-31`, `2024-07-31T00:00:00.000`, `2024 Jul 31 12:00:00 AM`. A time other than midnight is refused: the day would be in doubt.
pub fn day(text: &str) -> Option<Date> {
    let text = text.trim();
    if let Some((date, time)) = text.split_once('T') {
        let midnight = matches!(time, "00:00:00" | "00:00:00.000" | "00:00:00Z" | "00:00:00.000Z");
        return if midnight { parse_date(date).ok() } else { None };
    }
    parse_date(text).ok().or_else(|| portal_day(text))
}

/// The open-data portal's own: `2024 Jul 31 12:00:00 AM`.
fn portal_day(text: &str) -> Option<Date> {
    let mut words = text.split(' ');
    let (year, month, day) = (words.next()?, words.next()?, words.next()?);
    let clock: Vec<&str> = words.collect();
    if !(clock.is_empty() || clock == ["12:00:00", "AM"]) || year.len() != 4 || day.len() > 2 {
        return None;
    }
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    parse_date(&format!("{year}-{month:02}-{day:0>2}")).ok()
}

/// SISMED's `Periodo`: `201501 a 201503`, or `201501`. `None` when it is neither.
pub fn span_of_months(text: &str) -> Option<(Period, Period)> {
    let (first, last) = text.split_once(" a ").unwrap_or((text, text));
    let month = |text: &str| {
        let text = text.trim();
        (text.len() == 6 && text.is_ascii()).then(|| Period::parse(&format!("{}-{}", &text[..4], &text[4..])).ok())?
    };
    let (first, last) = (month(first)?, month(last)?);
    (first.from <= last.from).then_some((first, last))
}

/// The cut date that a downloaded file carries in its name: `…_20260724.csv` or `…-2026-07-24.csv`.
pub fn in_file_name(name: &str) -> Option<Date> {
    let bytes = name.as_bytes();
    let digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
    (0..bytes.len()).filter(|&start| start == 0 || !digit(start - 1)).find_map(|start| {
        let run = (start..bytes.len()).take_while(|&index| digit(index)).count();
        let text = match run {
            8 => format!("{}-{}-{}", &name[start..start + 4], &name[start + 4..start + 6], &name[start + 6..start + 8]),
            4 if !digit(start + 10) => name.get(start..start + 10)?.to_owned(),
            _ => return None,
        };
        parse_date(&text).ok().filter(|date| date.year() >= 2010)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_publishers_spellings() {
        for text in ["2024-07-31", "2024-07-31T00:00:00.000", "2024 Jul 31 12:00:00 AM", " 2024 Jul 31 "] {
            assert_eq!(day(text), Some(date(2024, 7, 31)), "{text}");
        }
        for text in [
            "",
            "31/07/2024",
            "07/31/2024",
            "2024 Jul 31 12:00:00 PM",
            "2024-07-31T05:00:00",
            "2024 Jul 32",
            "2024 Ene 31",
            "1024 Jul 31",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn quarters_and_file_names() {
        let (first, last) = span_of_months("201501 a 201503").unwrap();
        assert_eq!((first.from, last.until), (date(2015, 1, 1), date(2015, 4, 1)));
        assert!(span_of_months("201503 a 201501").is_none());
        assert!(span_of_months("ñ1503").is_none());
        assert_eq!(in_file_name("Medicamentos_20260724.csv"), Some(date(2026, 7, 24)));
        assert_eq!(in_file_name("regulated-2021-09-03.xlsx"), Some(date(2021, 9, 3)));
        for name in ["clicsalud-n4dj-8r7k-2025.csv", "sismed-19914312.csv", "x-202607241.csv", "précios-2025-ñ.csv", ""] {
            assert_eq!(in_file_name(name), None, "{name}");
        }
    }
}
