//! The monthly saving with another medicine, for a given number of units a day.

use rust_decimal::Decimal;

use crate::domain::number::{amount, exact};

/// The days of a month of treatment, shown beside the figure.
pub const DAYS_OF_A_MONTH: u32 = 30;
const UNITS_A_DAY_MAX: u32 = 50;

/// Whole or half units a day, as a person types them.
pub fn units_a_day(text: &str) -> Option<Decimal> {
    let units: Decimal = text.trim().replace(',', ".").parse().ok()?;
    let sensible = units > Decimal::ZERO && units <= Decimal::from(UNITS_A_DAY_MAX) && units.scale() <= 2;
    sensible.then_some(units)
}

/// `saving` is of one unit.
pub fn of_a_month(saving: &str, units_a_day: Decimal) -> Option<String> {
    let units = exact::product(units_a_day, Decimal::from(DAYS_OF_A_MONTH))?;
    Some(amount::display(exact::product(saving.parse().ok()?, units)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_thirty_days_of_what_a_person_takes() {
        assert_eq!(of_a_month("12.5", units_a_day("2").unwrap()).as_deref(), Some("750.00"));
        assert_eq!(of_a_month("-378.0796", units_a_day("0,5").unwrap()).as_deref(), Some("-5671.194"));
        for none in ["", "0", "-1", "51", "dos", "1.234"] {
            assert_eq!(units_a_day(none), None, "{none}");
        }
    }
}
