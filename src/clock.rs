//! The only source of the current time: an instant, and today's date in Colombia.
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

/// A source of the current time; a fixed one makes tests repeatable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    System,
    Fixed(Timestamp),
}

impl Clock {
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the edge where time enters")]
    pub fn now(&self) -> Timestamp {
        match self {
            Clock::System => Timestamp::now(),
            Clock::Fixed(instant) => *instant,
        }
    }

    /// The date in Bogotá: a citizen's "today", whatever the machine's time zone.
    #[must_use]
    pub fn today(&self) -> Date {
        date_in_bogota(self.now())
    }
}

/// Colombia has kept −05:00 without daylight saving since April 1993, and no data here are older: a fixed offset is
/// exact, and needs no time zone database on the machine.
fn date_in_bogota(instant: Timestamp) -> Date {
    let bogota = TimeZone::fixed(Offset::constant(-5));
    instant.to_zoned(bogota).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_begins_at_five_utc() {
        let at = |text: &str| Clock::Fixed(text.parse().unwrap()).today().to_string();
        assert_eq!(at("2026-01-01T04:59:59Z"), "2025-12-31");
        assert_eq!(at("2026-01-01T05:00:00Z"), "2026-01-01");
    }
}
