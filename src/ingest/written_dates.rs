//! Days and months as people write them in a column: what can be read in one way only, by itself or by the rest of its column.

use jiff::civil::Date;

use super::{dates, fold::fold};
use crate::domain::period::Period;

/// Whether the day stands before the month, as the column proves it: `31/07/2024` does, `05/07/2024` does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayOrder {
    day_first: bool,
    month_first: bool,
}

/// Why a text is no date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DateFault {
    Malformed,
    /// Both are days that there are, and nothing in the column tells which is meant.
    TwoReadings {
        day_first: Date,
        month_first: Date,
    },
}

const MONTHS: [[&str; 2]; 12] = [
    ["ene", "jan"],
    ["feb", "feb"],
    ["mar", "mar"],
    ["abr", "apr"],
    ["may", "may"],
    ["jun", "jun"],
    ["jul", "jul"],
    ["ago", "aug"],
    ["sep", "sep"],
    ["oct", "oct"],
    ["nov", "nov"],
    ["dic", "dec"],
];
const MIDNIGHTS: [&str; 6] = ["00:00", "0:00", "00:00:00", "0:00:00", "00:00:00.000", "12:00:00 AM"];

impl DayOrder {
    /// Looks at one text of the column.
    pub fn see(&mut self, text: &str) {
        let Some(Parts::Numbers(first, second, _)) = parts(without_time(text.trim())) else { return };
        self.day_first |= first > 12 && second <= 12;
        self.month_first |= second > 12 && first <= 12;
    }

    /// A day or a month, in the one form that the rest of the program reads.
    pub fn read(self, text: &str) -> Result<String, DateFault> {
        let text = text.trim();
        if let Ok(day) = dates::day(text, dates::DayOrder::Unknown) {
            return Ok(day.to_string());
        }
        let text = without_time(text);
        if let Ok(period) = Period::parse(text) {
            return Ok(period.to_string());
        }
        match parts(text).ok_or(DateFault::Malformed)? {
            Parts::Period(text) => Period::parse(&text).map(|period| period.to_string()).map_err(|_| DateFault::Malformed),
            Parts::Numbers(first, second, year) => self.numbers(first, second, year),
        }
    }

    fn numbers(self, first: u8, second: u8, year: u16) -> Result<String, DateFault> {
        let day = |day: u8, month: u8| dates::day(&format!("{year}-{month:02}-{day:02}"), dates::DayOrder::Unknown).ok();
        match (day(first, second), day(second, first)) {
            (Some(day), None) | (None, Some(day)) => Ok(day.to_string()),
            (Some(one), Some(other)) if one == other => Ok(one.to_string()),
            (Some(day_first), Some(month_first)) => match (self.day_first, self.month_first) {
                (true, false) => Ok(day_first.to_string()),
                (false, true) => Ok(month_first.to_string()),
                _ => Err(DateFault::TwoReadings { day_first, month_first }),
            },
            (None, None) => Err(DateFault::Malformed),
        }
    }
}

enum Parts {
    /// Day and month in whatever order, and the year.
    Numbers(u8, u8, u16),
    /// As `Period::parse` reads it, if it is one at all.
    Period(String),
}

/// The day alone, where the time beside it is midnight.
fn without_time(text: &str) -> &str {
    match text.split_once([' ', 'T']) {
        Some((day, time)) if MIDNIGHTS.contains(&time.trim().trim_end_matches('Z')) => day,
        _ => text,
    }
}

fn parts(text: &str) -> Option<Parts> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // `20200615`, `202006`.
    match text.len() {
        8 if digits(text) => return Some(Parts::Period(format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]))),
        6 if digits(text) => return Some(Parts::Period(format!("{}-{}", &text[..4], &text[4..]))),
        _ => {}
    }
    let words: Vec<&str> = text.split(['/', '-', '.', ' ']).filter(|word| !word.is_empty() && *word != "de").collect();
    let year = |word: &str| word.len() == 4 && digits(word);
    let small = |word: &str| word.parse::<u8>().ok().filter(|_| word.len() <= 2 && digits(word));
    match words.as_slice() {
        [first, second, third] if year(third) => match (small(first), small(second), month(second)) {
            (Some(first), Some(second), _) => Some(Parts::Numbers(first, second, third.parse().ok()?)),
            (Some(day), None, Some(month)) => Some(Parts::Period(format!("{third}-{month:02}-{day:02}"))),
            _ => None,
        },
        [first, second, third] if year(first) => {
            let month = small(second).or_else(|| month(second))?;
            Some(Parts::Period(format!("{first}-{month:02}-{:02}", small(third)?)))
        }
        [first, second] if year(second) => Some(Parts::Period(format!("{second}-{:02}", small(first).or_else(|| month(first))?))),
        [first, second] if year(first) => Some(Parts::Period(format!("{first}-{:02}", small(second).or_else(|| month(second))?))),
        _ => None,
    }
}

/// Its name in Spanish or English, whole or its first three letters.
fn month(word: &str) -> Option<u8> {
    const WHOLE: [[&str; 2]; 12] = [
        ["enero", "january"],
        ["febrero", "february"],
        ["marzo", "march"],
        ["abril", "april"],
        ["mayo", "may"],
        ["junio", "june"],
        ["julio", "july"],
        ["agosto", "august"],
        ["septiembre", "september"],
        ["octubre", "october"],
        ["noviembre", "november"],
        ["diciembre", "december"],
    ];
    let name = fold(word);
    let at = (0..12).find(|&at| MONTHS[at].contains(&name.as_str()) || WHOLE[at].contains(&name.as_str()))?;
    u8::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn read(column: &[&str], text: &str) -> Result<String, DateFault> {
        let mut order = DayOrder::default();
        column.iter().chain([&text]).for_each(|text| order.see(text));
        order.read(text)
    }

    #[test]
    fn what_can_be_read_in_one_way_is_read() {
        for (text, expected) in [
            ("2020-06-15", "2020-06-15"),
            ("2020-06", "2020-06"),
            ("15/06/2020", "2020-06-15"),
            ("06/15/2020", "2020-06-15"),
            ("15-06-2020 00:00", "2020-06-15"),
            ("15.6.2020", "2020-06-15"),
            ("2020/06/15", "2020-06-15"),
            ("20200615", "2020-06-15"),
            ("202006", "2020-06"),
            ("06/2020", "2020-06"),
            ("15-jun-2020", "2020-06-15"),
            ("15 de junio de 2020", "2020-06-15"),
            ("dic 2020", "2020-12"),
            ("5/5/2020", "2020-05-05"),
            ("2020 Jul 31 12:00:00 AM", "2020-07-31"),
            ("2020-06-15T00:00:00", "2020-06-15"),
        ] {
            assert_eq!(read(&[], text).as_deref(), Ok(expected), "{text}");
        }
        for text in [
            "",
            "TOTAL",
            "31/02/2020",
            "15/06/20",
            "2020",
            "13/13/2020",
            "15/06/2020 10:00",
            "1/2/3/2020",
            "0/5/2020",
            "32-ene-2020",
        ] {
            assert_eq!(read(&[], text), Err(DateFault::Malformed), "{text}");
        }
    }

    #[test]
    fn the_rest_of_the_column_may_tell() {
        let both = DateFault::TwoReadings { day_first: date(2020, 7, 5), month_first: date(2020, 5, 7) };
        assert_eq!(read(&[], "05/07/2020"), Err(both.clone()));
        assert_eq!(read(&["31/07/2020"], "05/07/2020").as_deref(), Ok("2020-07-05"));
        assert_eq!(read(&["07/31/2020"], "05/07/2020").as_deref(), Ok("2020-05-07"));
        assert_eq!(read(&["07/31/2020", "31/07/2020"], "05/07/2020"), Err(both), "a column of two minds tells nothing");
    }
}
