//! The days for which a row of a dated table speaks, half-open: `[from, until)`.

use super::period::Period;
use jiff::civil::Date;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValidDays {
    pub from: Date,
    /// `None`: to this day.
    pub until: Option<Date>,
}

impl ValidDays {
    /// Whether it speaks for every day of the period.
    pub fn hold_throughout(self, period: Period) -> bool {
        self.from <= period.from && self.until.is_none_or(|until| period.until <= until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn every_day_of_a_period_is_held_or_none() {
        let year = ValidDays { from: date(2020, 1, 1), until: Some(date(2021, 1, 1)) };
        for (period, holds) in
            [("2020-01-01", true), ("2020-12-31", true), ("2021-01-01", false), ("2019-12", false), ("2020-12", true)]
        {
            assert_eq!(year.hold_throughout(Period::parse(period).unwrap()), holds, "{period}");
        }
        let since = ValidDays { until: None, ..year };
        assert!(since.hold_throughout(Period::parse("2099-01").unwrap()));
    }
}
