//! Other readings of a price above its ceiling: whether it fits another unit or another pack of the same medicine.
//!
//! Confusing pack and unit is the commonest error of the field, so a verdict that has such a reading is a question first.
//! Two rules say what counts:
//! - *Another unit of the same presentation* counts when the price would be within the ceiling, however far below it, or above it by far
//!   less than as it was given. The price is above the ceiling of one unit already, so as a price of the pack it is no small one.
//! - *Another presentation* counts only when the price lies near its ceiling. Almost every price above the ceiling of a small pack is
//!   within that of some larger one, so that distance must decide there, or `above` would mean nothing.

use rust_decimal::Decimal;

use super::comparison::{Comparison, Observed, Per};
use crate::domain::{
    identifier::cum::Cum,
    law::{lawbook::Sibling, rules::Facts},
    number::exact,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherReading {
    pub as_if: AsIf,
    pub ceiling: Decimal,
    pub above: bool,
    /// Only when above.
    pub excess_percent: Option<Decimal>,
    /// Price / ceiling, half-up to 2 decimals.
    pub ratio: Decimal,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AsIf {
    /// The price is for the whole pack although it was given per unit.
    Pack,
    /// The price is for one dispensing unit although it was given per unit of regulation.
    DispensingUnit,
    /// The price is for the pack of another presentation.
    PackOf { units: Decimal, cum: Cum },
}

impl OtherReading {
    /// Two decimals.
    pub fn ratio_text(&self) -> String {
        let mut ratio = self.ratio;
        ratio.rescale(2);
        ratio.to_string()
    }
}

impl AsIf {
    pub fn label(&self) -> String {
        match self {
            Self::Pack => "pack".to_owned(),
            Self::DispensingUnit => "dispensing_unit".to_owned(),
            Self::PackOf { units, .. } => format!("pack of {}", crate::domain::number::amount::plain(*units)),
        }
    }

    /// The price would be for another unit of the same presentation.
    pub fn is_own(&self) -> bool {
        !matches!(self, Self::PackOf { .. })
    }
}

/// Within a tenth of a ceiling is near it.
pub const NEAR_PERCENT: i64 = 10;
/// An excess of a tenth of the other one is far less.
pub const FAR_LESS_TIMES: i64 = 10;
/// Readings in other units of the presentation are at most two, and all are named.
const READINGS_MAX: usize = 3;

pub fn find(observed: Observed, compared: &Comparison, facts: &Facts, siblings: &[Sibling]) -> Vec<OtherReading> {
    let mut found: Vec<OtherReading> = Vec::new();
    for (as_if, units, ceiling) in alternatives(observed.per, (compared.factor, compared.ceiling), facts, siblings) {
        let repeated = found.iter().any(|known| known.as_if.label() == as_if.label());
        if let Some(reading) = read(observed, compared, as_if, (units, ceiling)).filter(|_| !repeated) {
            found.push(reading);
        }
    }
    found.sort_by_key(|reading| (!reading.as_if.is_own(), (reading.ratio - Decimal::ONE).abs()));
    found.truncate(READINGS_MAX);
    found
}

/// (as if, how many of those a pack holds, the pack ceiling). No price is looked at.
pub fn alternatives(
    per: Per,
    (factor, ceiling): (Decimal, Decimal),
    facts: &Facts,
    siblings: &[Sibling],
) -> Vec<(AsIf, Decimal, Decimal)> {
    let mut list = Vec::new();
    if per != Per::Pack && factor > Decimal::ONE {
        list.push((AsIf::Pack, Decimal::ONE, ceiling));
    }
    if let (Per::RegulatedUnit, Some(units)) = (per, facts.dispensing_units.filter(|units| *units > Decimal::ONE)) {
        list.push((AsIf::DispensingUnit, units, ceiling));
    }
    let own = facts.dispensing_units.unwrap_or(Decimal::ONE);
    for sibling in siblings.iter().filter(|sibling| sibling.dispensing_units != own) {
        let as_if = AsIf::PackOf { units: sibling.dispensing_units, cum: sibling.cum };
        list.push((as_if, Decimal::ONE, sibling.binding));
    }
    list
}

fn read(observed: Observed, compared: &Comparison, as_if: AsIf, (units, ceiling): (Decimal, Decimal)) -> Option<OtherReading> {
    let left = exact::product(observed.amount, units)?;
    let right = exact::product(ceiling, observed.divided_by)?;
    let gap = exact::difference(left, right)?.abs();
    let above = left > right;
    let near = || Some(exact::product(gap, Decimal::ONE_HUNDRED)? <= exact::product(right, Decimal::from(NEAR_PERCENT))?);
    let counts = if as_if.is_own() { !above || near()? || is_far_less(gap, compared)? } else { near()? };
    if !counts {
        return None;
    }
    let percent = || exact::quotient_half_up(exact::product(gap, Decimal::ONE_HUNDRED)?, right, 4);
    let excess_percent = if above { Some(percent()?) } else { None };
    let ratio = exact::quotient_half_up(left, right, 2)?;
    Some(OtherReading { as_if, ceiling, above, excess_percent, ratio })
}

/// Of the same presentation: both excesses are over the same ceiling.
fn is_far_less(gap: Decimal, compared: &Comparison) -> Option<bool> {
    Some(exact::product(gap, Decimal::from(FAR_LESS_TIMES))? <= exact::difference(compared.left, compared.right)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::verdict::judge::compare;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    /// Label, whether above, and ratio of each reading of a price.
    fn found(amount: &str, per: Per, facts: &Facts, ceiling: &str, siblings: &[Sibling]) -> Vec<(String, bool, String)> {
        let observed = Observed { amount: d(amount), divided_by: Decimal::ONE, per };
        let compared = compare(observed, d(ceiling), facts).unwrap();
        assert!(compared.left > compared.right, "{amount} is no finding");
        let found = find(observed, &compared, facts, siblings);
        found.into_iter().map(|one| (one.as_if.label(), one.above, one.ratio_text())).collect()
    }

    fn sibling(units: i64, binding: &str) -> Sibling {
        Sibling { cum: Cum::new(1, i32::try_from(units).unwrap()), dispensing_units: Decimal::from(units), binding: d(binding) }
    }

    fn reading(label: &str, above: bool, ratio: &str) -> (String, bool, String) {
        (label.to_owned(), above, ratio.to_owned())
    }

    #[test]
    fn another_unit_of_the_presentation_counts_however_far_below_the_ceiling() {
        let thirty = Facts { dispensing_units: Some(d("30")), ..Facts::default() };
        for (amount, ratio) in [("63546", "0.87"), ("40000", "0.55"), ("2500", "0.03"), ("73251.01", "1.00")] {
            let readings = found(amount, Per::DispensingUnit, &thirty, "73251.01", &[]);
            assert_eq!(readings, [reading("pack", false, ratio)], "{amount}");
        }
    }

    #[test]
    fn above_in_another_unit_too_it_counts_when_near_or_by_far_less() {
        let per_unit = |amount, units: &str| {
            let facts = Facts { dispensing_units: Some(d(units)), ..Facts::default() };
            found(amount, Per::DispensingUnit, &facts, "1000", &[])
        };
        // 120 % above as given, 10 % as a pack: near. 120.02 % and 10.01 %: far less. 140 % and 20 %: neither.
        assert_eq!(per_unit("1100", "2"), [reading("pack", true, "1.10")]);
        assert_eq!(per_unit("1100.1", "2"), [reading("pack", true, "1.10")]);
        assert_eq!(per_unit("1200", "2"), []);
        // 525 % and 25 %, a twentieth; 900 % and 100 %, a ninth.
        assert_eq!(per_unit("1250", "5"), [reading("pack", true, "1.25")]);
        assert_eq!(per_unit("2000", "5"), []);
    }

    #[test]
    fn another_pack_counts_only_near_its_ceiling() {
        let one = Facts { dispensing_units: Some(Decimal::ONE), ..Facts::default() };
        let siblings = [sibling(5, "165259.98"), sibling(10, "330519.96")];
        assert_eq!(found("171764", Per::Pack, &one, "33052", &siblings), [reading("pack of 5", true, "1.04")]);
        assert_eq!(found("150000", Per::Pack, &one, "33052", &siblings), [reading("pack of 5", false, "0.91")]);
        // Within the larger packs' ceilings, and no reading.
        assert_eq!(found("40000", Per::Pack, &one, "33052", &siblings), []);
        assert_eq!(found("148700", Per::Pack, &one, "33052", &siblings), []);
    }

    #[test]
    fn readings_of_the_presentation_itself_come_first_and_are_never_cut_off() {
        let facts = Facts { dispensing_units: Some(d("10")), regulated_units: Some(d("500")), ..Facts::default() };
        let siblings = [sibling(2, "98"), sibling(3, "99"), sibling(4, "101"), sibling(5, "100")];
        let readings = found("100", Per::RegulatedUnit, &facts, "2000", &siblings);
        let wanted = [("dispensing_unit", false, "0.50"), ("pack", false, "0.05"), ("pack of 5", false, "1.00")];
        assert_eq!(readings, wanted.map(|(label, above, ratio)| reading(label, above, ratio)));
    }
}
