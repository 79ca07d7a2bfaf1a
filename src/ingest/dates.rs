//! Dates as publishers and spreadsheets print them; only what can be read in one way. Whether the day or the month stands first is
//! decided once per file, from all its dates.

use crate::domain::period::{Period, parse_date};
use jiff::{ToSpan, civil::Date};

/// Each month's names, Spanish and English, short and whole.
const MONTHS: [&str; 12] = [
    "ene enero jan january",
    "feb febrero february",
    "mar marzo march",
    "abr abril apr april",
    "may mayo",
    "jun junio june",
    "jul julio july",
    "ago agosto aug august",
    "sep sept set septiembre setiembre september",
    "oct octubre october",
    "nov noviembre november",
    "dic diciembre dec december",
];
/// A whole day, without blanks and points: what a program adds to a date that has no time.
const MIDNIGHTS: [&str; 7] = ["12:00:00am", "12:00am", "00:00:00", "00:00:00000", "00:00", "0:00:00", "0:00"];
/// Spreadsheets count days from here.
const SERIAL_ZERO: Date = jiff::civil::date(1899, 12, 30);
/// 1990-01-01 to 2099-12-31: other numbers are not taken for days.
const SERIALS: std::ops::RangeInclusive<i32> = 32_874..=73_050;

/// Which of `05/06/2024`'s two numbers is the day, in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayOrder {
    /// No date of the file shows it, or two contradict each other.
    Unknown,
    DayFirst,
    MonthFirst,
}

/// Counts the evidence that a file's dates give.
#[derive(Clone, Copy, Debug, Default)]
pub struct DayEvidence {
    day_first: u64,
    month_first: u64,
}

impl DayEvidence {
    pub fn see(&mut self, text: &str) {
        let text = text.trim();
        if text.len() < 8 || text.as_bytes()[4] == b'-' {
            return; // most are ISO, and say nothing
        }
        let Some(Triple::Numbers { first, second, .. }) = without_clock(text).and_then(triple) else { return };
        match (first > 12, second > 12) {
            (true, false) => self.day_first += 1,
            (false, true) => self.month_first += 1,
            _ => {}
        }
    }

    pub fn decide(self) -> DayOrder {
        match (self.day_first, self.month_first) {
            (1.., 0) => DayOrder::DayFirst,
            (0, 1..) => DayOrder::MonthFirst,
            _ => DayOrder::Unknown,
        }
    }

    pub fn add(&mut self, other: Self) {
        self.day_first += other.day_first;
        self.month_first += other.month_first;
    }
}

/// What three parts of a date say.
enum Triple {
    Date {
        year: i16,
        month: i8,
        day: i8,
    },
    /// Two numbers and then the year.
    Numbers {
        first: i8,
        second: i8,
        year: i16,
    },
}

/// `2024-07-31`, `2024/07/31`, `2024 Jul 31 12:00:00 AM`, `07/31/2024`, `31/07/2024`, `31-jul-24`, `31 de julio de 2024`, a spreadsheet's
/// `45504`. A time other than midnight is refused: the day would be in doubt.
pub fn day(text: &str, order: DayOrder) -> Result<Date, &'static str> {
    const NO: &str = "not_a_date";
    let text = text.trim();
    if let Ok(date) = parse_date(text) {
        return Ok(date);
    }
    let text = without_clock(text).ok_or(NO)?;
    if let Some(date) = serial(text) {
        return Ok(date);
    }
    let (year, month, day) = match triple(text).ok_or(NO)? {
        Triple::Date { year, month, day } => (year, month, day),
        Triple::Numbers { first, second, year } => match (first > 12, second > 12) {
            (true, true) => return Err(NO),
            (true, false) => (year, second, first),
            (false, true) => (year, first, second),
            (false, false) if first == second => (year, first, second),
            _ => match order {
                DayOrder::DayFirst => (year, second, first),
                DayOrder::MonthFirst => (year, first, second),
                DayOrder::Unknown => return Err("ambiguous_date"),
            },
        },
    };
    parse_date(&format!("{year:04}-{month:02}-{day:02}")).map_err(|_| NO)
}

/// The date alone; `None` where a time follows that is not midnight.
fn without_clock(text: &str) -> Option<&str> {
    if let Some((date, time)) = text.split_once('T')
        && parse_date(date).is_ok()
    {
        let midnight = matches!(time, "00:00:00" | "00:00:00.000" | "00:00:00Z" | "00:00:00.000Z");
        return midnight.then_some(date);
    }
    let Some(colon) = text.find(':') else { return Some(text) };
    let blank = text[..colon].rfind(char::is_whitespace)?;
    let (date, clock) = text.split_at(blank);
    let clock: String = clock.chars().filter(|letter| !letter.is_whitespace() && *letter != '.').collect();
    MIDNIGHTS.contains(&clock.to_ascii_lowercase().as_str()).then_some(date.trim_end())
}

fn serial(text: &str) -> Option<Date> {
    let whole = text.strip_suffix(".0").unwrap_or(text);
    let days: i32 = (whole.len() == 5 && digits(whole)).then(|| whole.parse().ok())??;
    SERIALS.contains(&days).then(|| SERIAL_ZERO.checked_add(days.days()).ok())?
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn triple(text: &str) -> Option<Triple> {
    let separated = |letter: char| letter.is_whitespace() || matches!(letter, '/' | '-' | '.' | ',');
    let mut parts = text.split(separated).filter(|part| !part.is_empty() && !matches!(*part, "de" | "del"));
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let short = |text: &str| (text.len() <= 2 && digits(text)).then(|| text.parse::<i8>().ok())?;
    let year = |text: &str| (text.len() == 4 && digits(text)).then(|| text.parse::<i16>().ok())?;
    // `24` beside a month's name is a year of this century.
    let late_year =
        |text: &str| year(text).or_else(|| (text.len() == 2).then(|| short(text))?.map(|year| 2000 + i16::from(year)));
    if let Some(month) = month(second) {
        return match year(first) {
            Some(year) => Some(Triple::Date { year, month, day: short(third)? }),
            None => Some(Triple::Date { year: late_year(third)?, month, day: short(first)? }),
        };
    }
    if let Some(month) = month(first) {
        return Some(Triple::Date { year: year(third)?, month, day: short(second)? });
    }
    match year(first) {
        Some(year) => Some(Triple::Date { year, month: short(second)?, day: short(third)? }),
        None => Some(Triple::Numbers { first: short(first)?, second: short(second)?, year: year(third)? }),
    }
}

fn month(name: &str) -> Option<i8> {
    if !name.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        return None;
    }
    let name = name.to_ascii_lowercase();
    let place = MONTHS.iter().position(|names| names.split(' ').any(|known| known == name))?;
    i8::try_from(place + 1).ok()
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

/// The cut date that a downloaded file carries in its name, with the digits that say it: `…_20260724.csv` or `…-2026-07-24.csv`.
pub fn in_file_name(name: &str) -> Option<(Date, &str)> {
    let bytes = name.as_bytes();
    let digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
    (0..bytes.len()).filter(|&start| start == 0 || !digit(start - 1)).find_map(|start| {
        let run = (start..bytes.len()).take_while(|&index| digit(index)).count();
        let (printed, text) = match run {
            8 => {
                let printed = &name[start..start + 8];
                (printed, format!("{}-{}-{}", &printed[..4], &printed[4..6], &printed[6..]))
            }
            4 if !digit(start + 10) => (name.get(start..start + 10)?, name.get(start..start + 10)?.to_owned()),
            _ => return None,
        };
        parse_date(&text).ok().filter(|date| date.year() >= 2010).map(|date| (date, printed))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use DayOrder::{DayFirst, MonthFirst, Unknown};
    use jiff::civil::date;

    #[test]
    fn what_can_be_read_in_one_way_is_read() {
        for text in [
            "2024-07-31",
            "2024-07-31T00:00:00.000",
            "2024-07-31 00:00:00",
            "2024/07/31",
            "2024 Jul 31 12:00:00 AM",
            " 2024 Jul 31 ",
            "07/31/2024",
            "07/31/2024 12:00:00 AM",
            "7/31/2024 0:00",
            "31/07/2024",
            "31/7/2024 00:00:00",
            "31-07-2024",
            "31.07.2024",
            "31/07/2024 12:00:00\u{a0}a.\u{a0}m.",
            "31-jul-24",
            "31-jul-2024",
            "31-Jul-24",
            "31 JUL 2024",
            "31 de julio de 2024",
            "July 31, 2024",
            "45504",
            "45504.0",
        ] {
            for order in [Unknown, DayFirst, MonthFirst] {
                assert_eq!(day(text, order), Ok(date(2024, 7, 31)), "{text}");
            }
        }
        for (name, month) in [("ene", 1), ("abr", 4), ("ago", 8), ("set", 9), ("dic", 12), ("Jan", 1), ("Aug", 8), ("Dec", 12)] {
            assert_eq!(day(&format!("2024 {name} 05"), Unknown), Ok(date(2024, month, 5)), "{name}");
        }
    }

    #[test]
    fn what_is_no_date_is_said_so() {
        for text in [
            "",
            "2024 Jul 31 12:00:00 PM",
            "2024-07-31T05:00:00",
            "31/07/2024 5:00",
            "2024 Jul 32",
            "2024 Julo 31",
            "1024 Jul 31",
            "31/07/24",
            "31/13/2024",
            "13/31/2024",
            "30/02/2024",
            "2024/31/07",
            "31-jul",
            "1/2/3/2024",
            "12345",
            "99999",
            "45504.5",
            "４５５０４",
            "PróximO",
            "12:00:00 AM",
        ] {
            assert_eq!(day(text, DayFirst), Err("not_a_date"), "{text}");
        }
    }

    fn decided(texts: &[&str]) -> DayOrder {
        let mut evidence = DayEvidence::default();
        texts.iter().for_each(|text| evidence.see(text));
        evidence.decide()
    }

    #[test]
    fn the_whole_file_decides_whether_the_day_stands_first() {
        assert_eq!(decided(&["05/06/2024", "31/07/2024", "2024-07-31", ""]), DayFirst);
        assert_eq!(decided(&["05/06/2024", "07/31/2024 12:00:00 AM"]), MonthFirst);
        assert_eq!(decided(&["05/06/2024", "2024/07/31", "31-jul-24", "éé/ñ"]), Unknown);
        assert_eq!(decided(&["07/31/2024", "31/07/2024"]), Unknown, "a contradiction proves nothing");
        assert_eq!(day("05/06/2024", DayFirst), Ok(date(2024, 6, 5)));
        assert_eq!(day("05/06/2024", MonthFirst), Ok(date(2024, 5, 6)));
        assert_eq!(day("05/06/2024", Unknown), Err("ambiguous_date"));
        assert_eq!(day("06/06/2024", Unknown), Ok(date(2024, 6, 6)), "the same either way");
        assert_eq!(day("31/07/2024", MonthFirst), Ok(date(2024, 7, 31)), "no other reading");
    }

    #[test]
    fn quarters_and_file_names() {
        let (first, last) = span_of_months("201501 a 201503").unwrap();
        assert_eq!((first.from, last.until), (date(2015, 1, 1), date(2015, 4, 1)));
        assert!(span_of_months("201503 a 201501").is_none());
        assert!(span_of_months("ñ1503").is_none());
        assert_eq!(in_file_name("Medicamentos_20260724.csv"), Some((date(2026, 7, 24), "20260724")));
        assert_eq!(in_file_name("regulated-2021-09-03.xlsx"), Some((date(2021, 9, 3), "2021-09-03")));
        assert_eq!(in_file_name("sismed-19914312_20260724.csv.gz"), Some((date(2026, 7, 24), "20260724")));
        for name in ["clicsalud-n4dj-8r7k-2025.csv", "sismed-19914312.csv", "x-202607241.csv", "précios-2025-ñ.csv", ""] {
            assert_eq!(in_file_name(name), None, "{name}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_answered(text in "\\PC{0,30}", order in 0..3_usize) {
            let order = [Unknown, DayFirst, MonthFirst][order];
            let mut evidence = DayEvidence::default();
            evidence.see(&text);
            let _ = (day(&text, order), in_file_name(&text), evidence.decide());
        }
    }
}
