//! A span of legal days, half-open: `[from, until)`. A sale is dated by a day, a month or (old reports) a year.

use jiff::civil::{Date, date};
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period {
    pub from: Date,
    pub until: Date,
    precision: Precision,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Precision {
    Day,
    Month,
    Year,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a date is `YYYY-MM-DD`, or `YYYY-MM` for a month, between 1990 and 2100")]
pub struct ParsePeriodError;

impl Period {
    pub fn day(day: Date) -> Option<Self> {
        Some(Self { from: day, until: day.tomorrow().ok()?, precision: Precision::Day })
    }

    pub fn month(year: i16, month: i8) -> Option<Self> {
        let from = Date::new(year, month, 1).ok()?;
        let until = if month == 12 { Date::new(year + 1, 1, 1) } else { Date::new(year, month + 1, 1) }.ok()?;
        Some(Self { from, until, precision: Precision::Month })
    }

    pub fn year(year: i16) -> Option<Self> {
        Some(Self { from: Date::new(year, 1, 1).ok()?, until: Date::new(year + 1, 1, 1).ok()?, precision: Precision::Year })
    }

    /// The stored form: the span decides the precision.
    pub(crate) fn from_span(from: Date, until: Date) -> Option<Self> {
        let candidates = [Self::day(from), Self::month(from.year(), from.month()), Self::year(from.year())];
        candidates.into_iter().flatten().find(|period| period.from == from && period.until == until)
    }

    /// `2020-06-15` or `2020-06`; nothing laxer, since date libraries take more than they should.
    pub fn parse(text: &str) -> Result<Self, ParsePeriodError> {
        let bytes = text.as_bytes();
        let shape = |index: usize| if index == 4 || index == 7 { bytes[index] == b'-' } else { bytes[index].is_ascii_digit() };
        if !(bytes.len() == 10 || bytes.len() == 7) || !(0..bytes.len()).all(shape) {
            return Err(ParsePeriodError);
        }
        let number = |range: std::ops::Range<usize>| text[range].parse::<i16>().map_err(|_| ParsePeriodError);
        let (year, month) = (number(0..4)?, number(5..7)? as i8);
        if !(1990..=2100).contains(&year) {
            return Err(ParsePeriodError);
        }
        if bytes.len() == 7 {
            return Self::month(year, month).ok_or(ParsePeriodError);
        }
        let day = Date::new(year, month, number(8..10)? as i8).map_err(|_| ParsePeriodError)?;
        Self::day(day).ok_or(ParsePeriodError)
    }

    /// The last day inside the period.
    pub(crate) fn last_day(&self) -> Date {
        self.until.yesterday().unwrap_or(self.from)
    }
}

/// A plain `YYYY-MM-DD` and nothing else.
pub(crate) fn parse_date(text: &str) -> Result<Date, ParsePeriodError> {
    let period = Period::parse(text)?;
    if text.len() == 10 { Ok(period.from) } else { Err(ParsePeriodError) }
}

/// The first day that this service accepts.
pub(crate) const EARLIEST: Date = date(1990, 1, 1);

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = (self.from.year(), self.from.month());
        match self.precision {
            Precision::Day => write!(f, "{}", self.from),
            Precision::Month => write!(f, "{year:04}-{month:02}"),
            Precision::Year => write!(f, "{year:04}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_months_parse_and_print_the_same() {
        for text in ["2020-06-15", "2020-06", "2024-02-29", "2020-12"] {
            assert_eq!(Period::parse(text).map(|period| period.to_string()), Ok(text.to_owned()));
        }
        let december = Period::parse("2020-12").unwrap();
        assert_eq!((december.from, december.until), (date(2020, 12, 1), date(2021, 1, 1)));
        assert_eq!(Period::from_span(december.from, december.until), Some(december));
    }

    #[test]
    fn laxer_spellings_are_refused() {
        for text in [
            "2023-02-29", "2020-6-15", "20200615", "2020-13", "2020", "0000-01-01", "2020-06-15T00:00", "+020-01-01", "2020-00",
            "１020-01-01",
        ] {
            assert!(Period::parse(text).is_err(), "{text}");
        }
    }
}
