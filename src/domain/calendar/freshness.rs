//! The age of a data set and the colour for it; the limits are data, by kind.

use jiff::civil::Date;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Colour {
    Green,
    Amber,
    Red,
}

impl Colour {
    pub fn code(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Amber => "amber",
            Self::Red => "red",
        }
    }
}

/// Green up to `green_days`, amber up to `amber_days`, red beyond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgeLimit {
    pub kind: &'static str,
    pub green_days: i32,
    pub amber_days: i32,
    /// Most answers rest on it: it is shown also where it is not held.
    pub needed: bool,
}

/// In the order in which they are shown. A list of ceilings is red once it no longer speaks (120 days by default).
pub(crate) const AGE_LIMITS: [AgeLimit; 15] = [
    AgeLimit { kind: "ceilings", green_days: 60, amber_days: 120, needed: true },
    // Reports are due by quarter and published with a delay.
    AgeLimit { kind: "sismed", green_days: 120, amber_days: 365, needed: true },
    // Published once a year.
    AgeLimit { kind: "thermometer", green_days: 365, amber_days: 730, needed: true },
    AgeLimit { kind: "catalogue", green_days: 60, amber_days: 180, needed: true },
    // The benefit plan is brought up to date once a year.
    AgeLimit { kind: "benefit_plan", green_days: 365, amber_days: 730, needed: false },
    AgeLimit { kind: "cum_codes", green_days: 60, amber_days: 180, needed: false },
    AgeLimit { kind: "ium_codes", green_days: 60, amber_days: 180, needed: false },
    AgeLimit { kind: "vital_not_available", green_days: 60, amber_days: 180, needed: false },
    // Certified every working day; a list of the portal may be some days behind.
    AgeLimit { kind: "exchange_rates", green_days: 15, amber_days: 60, needed: false },
    // Its rows have days of their own.
    AgeLimit { kind: "actors", green_days: 365, amber_days: 730, needed: false },
    AgeLimit { kind: "unit_conventions", green_days: 365, amber_days: 730, needed: false },
    AgeLimit { kind: "tvec_orders", green_days: 60, amber_days: 180, needed: false },
    AgeLimit { kind: "tvec_items", green_days: 60, amber_days: 180, needed: false },
    AgeLimit { kind: "secop_contracts", green_days: 60, amber_days: 180, needed: false },
    AgeLimit { kind: "secop_additions", green_days: 60, amber_days: 180, needed: false },
];

impl AgeLimit {
    /// Data that speak for a day that has not come are never green.
    pub fn colour(&self, age_days: i32) -> Colour {
        if (0..=self.green_days).contains(&age_days) {
            Colour::Green
        } else if age_days <= self.amber_days {
            Colour::Amber
        } else {
            Colour::Red
        }
    }
}

/// Negative for data that speak of days to come.
pub fn age_days(speaks_until: Date, today: Date) -> i32 {
    (today - speaks_until).get_days()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_limits_belong_to_the_better_colour() {
        let limit = AGE_LIMITS[0];
        assert_eq!([0, 60, 61, 120, 121].map(|age| limit.colour(age).code()), ["green", "green", "amber", "amber", "red"]);
        assert_eq!([-1, -397].map(|age| limit.colour(age).code()), ["amber", "amber"]);
        assert!(AGE_LIMITS.iter().all(|limit| limit.green_days < limit.amber_days));
    }

    #[test]
    fn ages_count_whole_days_over_years() {
        assert_eq!(age_days(date(2021, 9, 3), date(2022, 1, 1)), 120);
        assert_eq!(age_days(date(2020, 2, 28), date(2021, 3, 1)), 367);
        assert_eq!(age_days(date(2026, 1, 2), date(2026, 1, 1)), -1);
    }
}
