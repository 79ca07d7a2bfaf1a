//! Flags of reports that deserve a second look, one bit each. A flagged report is judged like any other.

use rust_decimal::Decimal;

use crate::domain::law::listed::SismedReport;

/// In the order of the bits, as in the database's `sismed_flags`; never to be changed, only added to.
pub(crate) const NAMES: [&str; 10] = [
    "price_missing", "wide_range", "average_outside_range", "another_unit_fits", "duplicate_key", "role_with_purchase",
    "reimbursement_transaction", "outlier", "unit_confusion", "reported_before",
];

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(pub i16);

impl Flags {
    pub fn of(report: &SismedReport, another_unit_fits: bool) -> Self {
        let missing = report.minimum.is_none() || report.maximum.is_none() || report.value.is_none() || report.units.is_none();
        let (wide, outside) = match (report.minimum, report.maximum) {
            (Some(minimum), Some(maximum)) => {
                (maximum > minimum.saturating_mul(Decimal::ONE_HUNDRED), average_outside(report, minimum, maximum))
            }
            _ => (false, false),
        };
        let bits = [missing, wide, outside, another_unit_fits];
        Self(bits.into_iter().zip(0..).fold(0, |flags, (set, bit)| flags | i16::from(set) << bit))
    }

    /// With flags by name; a name that is none of these is a fault in the source.
    pub(crate) fn and(self, names: &[&str]) -> Self {
        names.iter().fold(self, |flags, name| Self(flags.0 | bit(name)))
    }

    pub fn names(self) -> impl Iterator<Item = &'static str> {
        NAMES.into_iter().filter(move |name| self.0 & bit(name) != 0)
    }
}

/// The bit of a flag; 0 for a name that is none.
pub fn bit(name: &str) -> i16 {
    NAMES.iter().position(|known| *known == name).map_or(0, |at| 1 << at)
}

/// The average must lie between minimum and maximum; a thousandth is left for the reporter's own rounding.
fn average_outside(report: &SismedReport, minimum: Decimal, maximum: Decimal) -> bool {
    let (Some(value), Some(units)) = (report.value, report.units) else { return false };
    let slack = Decimal::new(1001, 3);
    let too_high = value > maximum.saturating_mul(units).saturating_mul(slack);
    too_high || value.saturating_mul(slack) < minimum.saturating_mul(units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flag_has_a_bit_and_a_rule() {
        let all = Flags(NAMES.iter().fold(0, |bits, name| bits | bit(name)));
        assert_eq!(all.names().collect::<Vec<_>>(), NAMES);
        for name in NAMES {
            assert!(crate::domain::reports::validation::rule(name).is_some(), "{name}");
        }
        assert_eq!(Flags::default().and(&["outlier"]).names().collect::<Vec<_>>(), ["outlier"]);
    }
}
