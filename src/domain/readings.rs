//! Other readings of a price above its ceiling: would it fit another unit, or another pack of the same medicine?
//!
//! Confusing pack and unit is the commonest error of the field, so a finding that has such a reading is a question first.

use rust_decimal::Decimal;

use super::{
    cum::Cum,
    exact,
    law::Facts,
    verdict::{Comparison, Observed, Per},
};

/// Another presentation of the same medicine, with the ceiling that binds it in the same place and period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sibling {
    pub cum: Cum,
    pub dispensing_units: Decimal,
    pub binding: Decimal,
}

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

impl AsIf {
    pub fn label(&self) -> String {
        match self {
            Self::Pack => "pack".to_owned(),
            Self::DispensingUnit => "dispensing_unit".to_owned(),
            Self::PackOf { units, .. } => format!("pack of {}", super::amount::plain(*units)),
        }
    }
}

/// A reading is worth naming when it lands within a tenth of its ceiling: wider would find one for almost any price.
pub const NEAR_PERCENT: i64 = 10;
const READINGS_MAX: usize = 3;

pub fn find(observed: Observed, compared: &Comparison, facts: &Facts, siblings: &[Sibling]) -> Vec<OtherReading> {
    let mut found: Vec<OtherReading> = Vec::new();
    for (as_if, units, ceiling) in alternatives(observed.per, (compared.factor, compared.ceiling), facts, siblings) {
        let repeated = found.iter().any(|known| known.as_if.label() == as_if.label());
        if let Some(reading) = read(observed, as_if, units, ceiling).filter(|_| !repeated) {
            found.push(reading);
        }
    }
    found.sort_by_key(|reading| (reading.ratio - Decimal::ONE).abs());
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

fn read(observed: Observed, as_if: AsIf, units: Decimal, ceiling: Decimal) -> Option<OtherReading> {
    let left = exact::product(observed.amount, units)?;
    let right = exact::product(ceiling, observed.divided_by)?;
    let gap = exact::difference(left, right)?.abs();
    let near = exact::product(gap, Decimal::ONE_HUNDRED)? <= exact::product(right, Decimal::from(NEAR_PERCENT))?;
    if !near {
        return None;
    }
    let above = left > right;
    let percent = exact::quotient_half_up(exact::product(gap, Decimal::ONE_HUNDRED)?, right, 4)?;
    let ratio = exact::quotient_half_up(left, right, 2)?;
    Some(OtherReading { as_if, ceiling, above, excess_percent: above.then_some(percent), ratio })
}
