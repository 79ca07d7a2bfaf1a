//! Days, months, periods and instants.

use jiff::{Timestamp, civil::Date, tz};
use utoipa::openapi::KnownFormat;

use super::{
    schema::{any_of, formatted, pattern},
    value::{Invalid, values},
};
use crate::domain::calendar::{
    period::{ParsePeriodError, Period, parse_date},
    reporting_period::Span,
};

values! {
    Day(Date), "Day", formatted("A legal day (YYYY-MM-DD), from 1990 to 2100.", KnownFormat::Date, "^(199[0-9]|20[0-9]{2}|2100)-"),
        |text| parse_date(text).map_err(malformed_date);

    DayOrMonth(Period), "DayOrMonth", any_of("A day or a month, from 1990 to 2100.", &["Day", "Month"]),
        |text| Period::parse(text).map_err(malformed_date);

    /// The first day of a day or month: where the span of a filter begins or ends.
    FirstDay(Date), "DayOrMonth", DayOrMonth::schema(),
        |text| Period::parse(text).map(|period| period.from).map_err(malformed_date);

    Instant(Timestamp), "Instant", formatted("An RFC 3339 instant.", KnownFormat::DateTime, "^[0-9]{4}-[0-9]{2}-[0-9]{2}T"),
        |text| instant(text).ok_or_else(|| Invalid::new("malformed_instant", (
            "un instante RFC 3339, como 2026-11-23T00:00:00Z", "an RFC 3339 instant, such as 2026-11-23T00:00:00Z",
        )));

    ReportingPeriod(Span), "ReportingPeriod",
        pattern("A year, a quarter, a month, or the first and the last month of a span.", &reporting_period()),
        |text| Span::parse(text).map_err(|error| Invalid::value((error.es(), error.to_string())));

    Since(Start), "Since", any_of("A position, a day (from its beginning in Bogotá), or an instant.", &["Position", "Day", "Instant"]),
        |text| start(text).ok_or_else(|| Invalid::new("malformed_since", (
            "una posición, un día o un instante RFC 3339", "a position, a day or an RFC 3339 instant",
        )));
}

const YEAR: &str = "(199[0-9]|20[0-9]{2}|2100)";
const MONTH: &str = "(0[1-9]|1[0-2])";
/// Padding with zeros would give one place many addresses.
const POSITION_DIGITS_MAX: usize = 18;
/// Colombia keeps −05:00.
const BOGOTA: tz::Offset = tz::offset(-5);

/// The start of a list of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    Position(i64),
    Instant(Timestamp),
}

pub fn month() -> String {
    format!("^{YEAR}-{MONTH}$")
}

fn reporting_period() -> String {
    format!("^{YEAR}(-Q[1-4]|-{MONTH}(/{YEAR}-{MONTH})?)?$")
}

fn malformed_date(_: ParsePeriodError) -> Invalid {
    let detail = (
        "una fecha es AAAA-MM-DD, o AAAA-MM para un mes, entre 1990 y 2100",
        "a date is YYYY-MM-DD, or YYYY-MM for a month, between 1990 and 2100",
    );
    Invalid::new("malformed_date", detail)
}

/// Four digits of year and a `T`: ISO 8601 has far years too, for which the database has no room.
fn instant(text: &str) -> Option<Timestamp> {
    let year = text.bytes().take_while(u8::is_ascii_digit).count();
    (year == 4 && text.as_bytes().get(4) == Some(&b'-') && text.contains('T')).then(|| text.parse().ok())?
}

fn start(text: &str) -> Option<Start> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().filter(|_| text.len() <= POSITION_DIGITS_MAX).map(Start::Position);
    }
    let day = || Some(parse_date(text).ok()?.to_zoned(tz::TimeZone::fixed(BOGOTA)).ok()?.timestamp());
    day().or_else(|| instant(text)).map(Start::Instant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_days_and_instants_are_distinguished() {
        let instant = |text: &str| Some(Start::Instant(text.parse().unwrap()));
        assert_eq!(start("17"), Some(Start::Position(17)));
        assert_eq!(start("2026"), Some(Start::Position(2026)));
        assert_eq!(start("2026-11-23"), instant("2026-11-23T05:00:00Z"));
        assert_eq!(start("2026-11-23T00:00:00Z"), instant("2026-11-23T00:00:00Z"));
        for bad in
            ["-1", "1e3", "99999999999999999999", "0000000000000000001", "yesterday", "2026-13-01", "+012026-01-01T00:00:00Z"]
        {
            assert_eq!(start(bad), None, "{bad}");
        }
    }
}
