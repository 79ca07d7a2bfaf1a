//! The verdict: one observed price against one basis. Amounts are compared by multiplication, never after a division.

use rust_decimal::Decimal;

use super::{
    basis::Ground,
    exact,
    law::{Basis, Facts},
    readings::{self, OtherReading, Sibling},
    reason::Reason,
    rounding_band::{self, RoundingBand},
};

/// What the price was asked or invoiced for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Per {
    Pack,
    PrimaryPack,
    DispensingUnit,
    RegulatedUnit,
}

impl Per {
    pub const ALL: [Self; 4] = [Self::Pack, Self::PrimaryPack, Self::DispensingUnit, Self::RegulatedUnit];

    pub fn code(self) -> &'static str {
        match self {
            Self::Pack => "pack",
            Self::PrimaryPack => "primary_pack",
            Self::DispensingUnit => "dispensing_unit",
            Self::RegulatedUnit => "regulated_unit",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|per| per.code() == code)
    }
}

/// `amount / divided_by` pesos per `per`. An average is kept as the fraction value / units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observed {
    pub amount: Decimal,
    pub divided_by: Decimal,
    pub per: Per,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Finding {
    Within,
    Above,
    NoCeilingForThisStage,
    NotRegulated,
    CannotCompare,
}

impl Finding {
    pub const ALL: [Self; 5] = [Self::Within, Self::Above, Self::NoCeilingForThisStage, Self::NotRegulated, Self::CannotCompare];

    pub fn code(self) -> &'static str {
        match self {
            Self::Within => "within",
            Self::Above => "above",
            Self::NoCeilingForThisStage => "no_ceiling_for_this_stage",
            Self::NotRegulated => "not_regulated",
            Self::CannotCompare => "cannot_compare",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|finding| finding.code() == code)
    }
}

/// Both sides of the comparison, on one footing: `left` against `right`, both times `divided_by`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparison {
    pub factor: Decimal,
    pub ceiling: Decimal,
    pub left: Decimal,
    pub right: Decimal,
    pub divided_by: Decimal,
}

/// How far above: per pack, half-up to 4 decimals; and in percent of the ceiling, half-up to 4 decimals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excess {
    pub amount: Decimal,
    pub percent: Decimal,
    pub rounding: RoundingBand,
    pub other_readings: Vec<OtherReading>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub finding: Finding,
    pub reasons: Vec<Reason>,
    /// Present when a comparison was made that counts.
    pub comparison: Option<Comparison>,
    /// Only when above.
    pub excess: Option<Excess>,
    /// Only when it cannot be compared although a ceiling of another time is known: for reference, it accuses nobody.
    pub reference: Option<Comparison>,
}

/// How many packs' worth one unit of `per` is not, but its inverse: the pack holds `factor` of them.
pub fn factor(per: Per, facts: &Facts) -> Option<Decimal> {
    let known = match per {
        Per::Pack => Some(Decimal::ONE),
        Per::DispensingUnit => facts.dispensing_units,
        // A primary pack (a blister, a vial) can hold several dispensing units; only with one in the whole pack is it certain.
        Per::PrimaryPack => facts.dispensing_units.filter(|units| *units == Decimal::ONE),
        Per::RegulatedUnit => facts.regulated_units,
    };
    known.filter(|units| *units > Decimal::ZERO)
}

pub fn judge(observed: Option<Observed>, ground: &Ground, facts: &Facts, siblings: &[Sibling]) -> Verdict {
    let observed = observed.filter(|price| price.amount > Decimal::ZERO && price.divided_by > Decimal::ZERO);
    let Some(observed) = observed else {
        return Verdict::without_comparison(Finding::CannotCompare, vec![Reason::PriceMissing]);
    };
    match ground {
        Ground::NotRegulated => Verdict::without_comparison(Finding::NotRegulated, Vec::new()),
        Ground::NoCeilingForThisStage { changed } => {
            Verdict::without_comparison(Finding::NoCeilingForThisStage, changed_reason(*changed))
        }
        Ground::Unknown { reason, reference } => {
            let reference = reference.as_ref().and_then(|chosen| compare(observed, chosen.binding, facts).ok());
            Verdict { reference, ..Verdict::without_comparison(Finding::CannotCompare, vec![*reason]) }
        }
        Ground::Ceiling { chosen, changed } => match compare(observed, chosen.binding, facts) {
            Err(reason) => Verdict::without_comparison(Finding::CannotCompare, vec![reason]),
            Ok(comparison) => {
                let mut reasons = changed_reason(*changed);
                if chosen.basis == Basis::DerivedFromUnitPrice {
                    reasons.push(Reason::FinancingNotVerified);
                }
                conclude(observed, comparison, reasons, facts, siblings)
            }
        },
    }
}

pub fn compare(observed: Observed, ceiling: Decimal, facts: &Facts) -> Result<Comparison, Reason> {
    let factor = factor(observed.per, facts).ok_or(Reason::UnitNotConvertible)?;
    let left = exact::product(observed.amount, factor).ok_or(Reason::AmountOutOfRange)?;
    let right = exact::product(ceiling, observed.divided_by).ok_or(Reason::AmountOutOfRange)?;
    Ok(Comparison { factor, ceiling, left, right, divided_by: observed.divided_by })
}

fn conclude(observed: Observed, compared: Comparison, mut reasons: Vec<Reason>, facts: &Facts, siblings: &[Sibling]) -> Verdict {
    if compared.left <= compared.right {
        return Verdict { comparison: Some(compared), ..Verdict::without_comparison(Finding::Within, reasons) };
    }
    let Some((amount, percent)) = excess(&compared) else {
        return Verdict::without_comparison(Finding::CannotCompare, vec![Reason::AmountOutOfRange]);
    };
    let rounding = rounding_band::explain(&compared, facts);
    let other_readings = readings::find(observed, &compared, facts, siblings);
    if !other_readings.is_empty() {
        reasons.push(Reason::AnotherUnitFits);
    }
    let excess = Excess { amount, percent, rounding, other_readings };
    let (comparison, excess) = (Some(compared), Some(excess));
    Verdict { finding: Finding::Above, reasons, comparison, excess, reference: None }
}

fn excess(compared: &Comparison) -> Option<(Decimal, Decimal)> {
    let over = exact::difference(compared.left, compared.right)?;
    let amount = exact::quotient_half_up(over, compared.divided_by, 4)?;
    let percent = exact::quotient_half_up(exact::product(over, Decimal::ONE_HUNDRED)?, compared.right, 4)?;
    Some((amount, percent))
}

fn changed_reason(changed: bool) -> Vec<Reason> {
    if changed { vec![Reason::CeilingChangedInPeriod] } else { Vec::new() }
}

impl Verdict {
    fn without_comparison(finding: Finding, reasons: Vec<Reason>) -> Self {
        Self { finding, reasons, comparison: None, excess: None, reference: None }
    }
}
