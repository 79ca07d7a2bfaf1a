//! Dates as publishers, spreadsheets and people write them; ambiguous ones are refused. The order of day and month is detected once
//! per column, from all its dates.

use crate::domain::calendar::period::{Period, parse_date};
use jiff::{ToSpan, civil::Date};

/// Each month's names, Spanish and English, short and whole.
const MONTHS: [&str; 12] = [
    "ene enero jan january", "feb febrero february", "mar marzo march", "abr abril apr april", "may mayo", "jun junio june",
    "jul julio july", "ago agosto aug august", "sep sept set septiembre setiembre september", "oct octubre october",
    "nov noviembre november", "dic diciembre dec december",
];
/// A whole day, without blanks and points: what a program adds to a date that has no time.
const MIDNIGHTS: [&str; 7] = ["12:00:00am", "12:00am", "00:00:00", "00:00:00000", "00:00", "0:00:00", "0:00"];
/// Spreadsheets count days from here.
const SERIAL_ZERO: Date = jiff::civil::date(1899, 12, 30);
/// 1990-01-01 to 2099-12-31: other numbers are not taken for days.
const SERIALS: std::ops::RangeInclusive<i32> = 32_874..=73_050;

/// Which of `05/06/2024`'s two numbers is the day, in one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayOrder {
    /// No date of the column shows it, or two contradict each other.
    Unknown,
    DayFirst,
    MonthFirst,
}

/// Counts the evidence that a column's dates give.
#[derive(Clone, Copy, Debug, Default)]
pub struct DayEvidence {
    day_first: u64,
    month_first: u64,
}

impl DayEvidence {
    pub fn see(&mut self, text: &str) {
        let text = text.trim();
        let bytes = text.as_bytes();
        if bytes.len() < 8 || (bytes[4] == b'-' && bytes[..4].iter().all(u8::is_ascii_digit)) {
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

/// Why a text is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateFault {
    Malformed,
    /// Both are days that there are, and nothing in the column tells which is meant.
    TwoReadings {
        day_first: Date,
        month_first: Date,
    },
}

/// The days that a text can mean.
enum PossibleDates {
    One(Date),
    Two { day_first: Date, month_first: Date },
}

impl PossibleDates {
    fn by(self, order: DayOrder) -> Result<Date, DateFault> {
        match (self, order) {
            (Self::One(date), _)
            | (Self::Two { day_first: date, .. }, DayOrder::DayFirst)
            | (Self::Two { month_first: date, .. }, DayOrder::MonthFirst) => Ok(date),
            (Self::Two { day_first, month_first }, DayOrder::Unknown) => Err(DateFault::TwoReadings { day_first, month_first }),
        }
    }
}

/// `2024-07-31`, `2024/07/31`, `2024 Jul 31 12:00:00 AM`, `07/31/2024`, `31/07/2024`, `31-jul-24`, `31 de julio de 2024`, a spreadsheet's
/// `45504`. A time other than midnight is refused: the day would be in doubt.
pub fn day(text: &str, order: DayOrder) -> Result<Date, &'static str> {
    let text = text.trim();
    if let Ok(date) = parse_date(text) {
        return Ok(date);
    }
    let reading = without_clock(text).and_then(reading).ok_or("not_a_date")?;
    reading.by(order).map_err(|_| "ambiguous_date")
}

/// The same, and `2020-06`, `06/2020`, `dic 2020`, `202006`, `20200615`: in the one form that the rest of the program reads.
pub fn day_or_month(text: &str, order: DayOrder) -> Result<String, DateFault> {
    let text = without_clock(text.trim()).ok_or(DateFault::Malformed)?;
    match reading(text) {
        Some(reading) => reading.by(order).map(|day| day.to_string()),
        None => month_or_digits(text).map(|period| period.to_string()).ok_or(DateFault::Malformed),
    }
}

fn reading(text: &str) -> Option<PossibleDates> {
    let date = |year: i16, month: i8, day: i8| parse_date(&format!("{year:04}-{month:02}-{day:02}")).ok();
    if let Some(date) = serial(text) {
        return Some(PossibleDates::One(date));
    }
    match triple(text)? {
        Triple::Date { year, month, day } => date(year, month, day).map(PossibleDates::One),
        Triple::Numbers { first, second, year } => match (date(year, second, first), date(year, first, second)) {
            (Some(day_first), Some(month_first)) if day_first != month_first => {
                Some(PossibleDates::Two { day_first, month_first })
            }
            (one, other) => one.or(other).map(PossibleDates::One),
        },
    }
}

fn month_or_digits(text: &str) -> Option<Period> {
    let written = match text.len() {
        8 if digits(text) => format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]),
        6 if digits(text) => format!("{}-{}", &text[..4], &text[4..]),
        _ => {
            let [first, second] = parts(text)?;
            let (year, word) = year(second).map(|year| (year, first)).or_else(|| Some((year(first)?, second)))?;
            format!("{year:04}-{:02}", short(word).or_else(|| month(word))?)
        }
    };
    Period::parse(&written).ok()
}

/// The date alone; `None` where a time follows that is not midnight.
fn without_clock(text: &str) -> Option<&str> {
    let Some(colon) = text.find(':') else { return Some(text) };
    let (date, clock) = text.split_at(text[..colon].rfind(|letter: char| letter.is_whitespace() || letter == 'T')?);
    let clock: String = clock.chars().skip(1).filter(|letter| !letter.is_whitespace() && *letter != '.').collect();
    MIDNIGHTS.contains(&clock.to_ascii_lowercase().trim_end_matches('z')).then_some(date.trim_end())
}

fn serial(text: &str) -> Option<Date> {
    let whole = text.strip_suffix(".0").unwrap_or(text);
    let days: i32 = (whole.len() == 5 && digits(whole)).then(|| whole.parse().ok())??;
    SERIALS.contains(&days).then(|| SERIAL_ZERO.checked_add(days.days()).ok())?
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// So many parts and no more; the words between them are none.
fn parts<const COUNT: usize>(text: &str) -> Option<[&str; COUNT]> {
    let separated = |letter: char| letter.is_whitespace() || matches!(letter, '/' | '-' | '.' | ',');
    let mut parts = text.split(separated).filter(|part| !part.is_empty() && !matches!(*part, "de" | "del"));
    let mut found = [""; COUNT];
    for place in &mut found {
        *place = parts.next()?;
    }
    parts.next().is_none().then_some(found)
}

fn short(text: &str) -> Option<i8> {
    (text.len() <= 2 && digits(text)).then(|| text.parse().ok())?
}

fn year(text: &str) -> Option<i16> {
    (text.len() == 4 && digits(text)).then(|| text.parse().ok())?
}

fn triple(text: &str) -> Option<Triple> {
    let [first, second, third] = parts(text)?;
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
            "2024-07-31", "2024-07-31T00:00:00.000", "2024-07-31 00:00:00", "2024/07/31", "2024 Jul 31 12:00:00 AM",
            " 2024 Jul 31 ", "07/31/2024", "07/31/2024 12:00:00 AM", "7/31/2024 0:00", "31/07/2024", "31/7/2024 00:00:00",
            "31-07-2024", "31.07.2024", "31/07/2024 12:00:00\u{a0}a.\u{a0}m.", "31-jul-24", "31-jul-2024", "31-Jul-24",
            "31 JUL 2024", "31 de julio de 2024", "July 31, 2024", "45504", "45504.0",
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
            "", "2024 Jul 31 12:00:00 PM", "2024-07-31T05:00:00", "31/07/2024 5:00", "2024 Jul 32", "2024 Julo 31",
            "1024 Jul 31", "31/07/24", "31/13/2024", "13/31/2024", "30/02/2024", "2024/31/07", "31-jul", "1/2/3/2024", "12345",
            "99999", "45504.5", "４５５０４", "PróximO", "12:00:00 AM",
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
    fn the_whole_column_decides_whether_the_day_stands_first() {
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

    fn written(column: &[&str], text: &str) -> Result<String, DateFault> {
        day_or_month(text, decided(&[column, &[text]].concat()))
    }

    #[test]
    fn people_write_months_too() {
        for (text, expected) in [
            ("2020-06-15", "2020-06-15"),
            ("2020-06", "2020-06"),
            ("15/06/2020", "2020-06-15"),
            ("06/15/2020", "2020-06-15"),
            ("15-06-2020 00:00", "2020-06-15"),
            ("15-6-2020 00:00:00.000", "2020-06-15"),
            ("15.6.2020", "2020-06-15"),
            ("2020/06/15", "2020-06-15"),
            ("20200615", "2020-06-15"),
            ("202006", "2020-06"),
            ("06/2020", "2020-06"),
            ("2020/6", "2020-06"),
            ("15-jun-2020", "2020-06-15"),
            ("15 de junio de 2020", "2020-06-15"),
            ("dic 2020", "2020-12"),
            ("Diciembre de 2020", "2020-12"),
            ("5/5/2020", "2020-05-05"),
            ("2020 Jul 31 12:00:00 AM", "2020-07-31"),
            ("2020-06-15T00:00:00", "2020-06-15"),
            ("2020-06-15 00:00:00Z", "2020-06-15"),
            ("2020-06T00:00:00Z", "2020-06"),
        ] {
            assert_eq!(written(&[], text).as_deref(), Ok(expected), "{text}");
        }
        for text in [
            "", "TOTAL", "31/02/2020", "15/06/20", "2020", "13/13/2020", "13/2020", "15/06/2020 10:00", "1/2/3/2020", "0/5/2020",
            "32-ene-2020", "T:",
        ] {
            assert_eq!(written(&[], text), Err(DateFault::Malformed), "{text}");
        }
    }

    #[test]
    fn the_rest_of_the_column_may_tell() {
        let both = DateFault::TwoReadings { day_first: date(2020, 7, 5), month_first: date(2020, 5, 7) };
        assert_eq!(written(&[], "05/07/2020"), Err(both));
        assert_eq!(written(&["31/07/2020"], "05/07/2020").as_deref(), Ok("2020-07-05"));
        assert_eq!(written(&["31-7-2020"], "05/07/2020").as_deref(), Ok("2020-07-05"));
        assert_eq!(written(&["07/31/2020"], "05/07/2020").as_deref(), Ok("2020-05-07"));
        assert_eq!(written(&["07/31/2020", "31/07/2020"], "05/07/2020"), Err(both), "a column of two minds tells nothing");
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
            let _ = (day(&text, order), day_or_month(&text, order), in_file_name(&text), evidence.decide());
        }
    }
}
