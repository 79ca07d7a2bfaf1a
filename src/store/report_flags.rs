//! Signs that a report deserves a second look. Never a reason to drop it: it is judged all the same.

use crate::domain::listed::SismedReport;

/// Signs that a report deserves a second look; it is judged all the same.
pub fn of(report: &SismedReport, another_unit_fits: bool) -> Vec<&'static str> {
    let mut flags = Vec::new();
    if report.minimum.is_none() || report.maximum.is_none() || report.value.is_none() || report.units.is_none() {
        flags.push("price_missing");
    }
    if let (Some(minimum), Some(maximum)) = (report.minimum, report.maximum) {
        if maximum > minimum.saturating_mul(rust_decimal::Decimal::ONE_HUNDRED) {
            flags.push("wide_range");
        }
        if let (Some(value), Some(units)) = (report.value, report.units) {
            // The average must lie between minimum and maximum; a thousandth is left for the reporter's own rounding.
            let slack = rust_decimal::Decimal::new(1001, 3);
            let too_high = value > maximum.saturating_mul(units).saturating_mul(slack);
            let too_low = value.saturating_mul(slack) < minimum.saturating_mul(units);
            if too_high || too_low {
                flags.push("average_outside_range");
            }
        }
    }
    if another_unit_fits {
        flags.push("another_unit_fits");
    }
    flags
}
