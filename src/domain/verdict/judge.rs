//! The verdict: one observed price against one basis. Amounts are compared by multiplication, never after a division.

use rust_decimal::Decimal;

use super::{
    comparison::{Comparison, Observed, Per},
    readings::{self, OtherReading},
    rounding_band::{self, RoundingBand},
};
use crate::domain::{
    law::{
        basis::{LegalBasis, Remarks},
        financing::{FinancingStatus, ListedFinancing},
        lawbook::Sibling,
        rules::{CeilingOrigin, Facts},
    },
    number::exact,
    reason::Reason,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    Within,
    Above,
    NoCeilingForThisStage,
    NotRegulated,
    CannotCompare,
}

impl Verdict {
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
        Self::ALL.into_iter().find(|verdict| verdict.code() == code)
    }
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
pub struct Judgement {
    pub verdict: Verdict,
    /// What is doubtful about the price first, then what there is to say of the law.
    pub reasons: Vec<Reason>,
    /// Present when a comparison was made that counts.
    pub comparison: Option<Comparison>,
    /// Only when above.
    pub excess: Option<Excess>,
    /// Only when it cannot be compared although a ceiling of another time is known: for reference, without an accusation.
    pub reference: Option<Comparison>,
}

/// Units of `per` in one pack.
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

pub fn judge(observed: Option<Observed>, ground: &LegalBasis, facts: &Facts, siblings: &[Sibling]) -> Judgement {
    let observed = observed.filter(|price| price.amount > Decimal::ZERO && price.divided_by > Decimal::ZERO);
    let Some(observed) = observed else { return Judgement::cannot_compare(Reason::PriceMissing, facts) };
    let reasons = law_reasons(ground, facts).collect();
    match ground {
        LegalBasis::NotRegulated => Judgement::without_comparison(Verdict::NotRegulated, reasons),
        LegalBasis::NoCeilingForThisStage { .. } => Judgement::without_comparison(Verdict::NoCeilingForThisStage, reasons),
        LegalBasis::Unknown { reference, .. } => {
            let reference = reference.as_ref().and_then(|chosen| compare(observed, chosen.binding, facts).ok());
            Judgement { reference, ..Judgement::without_comparison(Verdict::CannotCompare, reasons) }
        }
        LegalBasis::Ceiling { chosen, .. } => match compare(observed, chosen.binding, facts) {
            Err(reason) => Judgement::cannot_compare(reason, facts),
            Ok(comparison) => conclude(observed, comparison, reasons, facts, siblings),
        },
    }
}

/// The reasons that do not depend on the price, in their order; why it cannot be compared comes first.
pub(crate) fn law_reasons(ground: &LegalBasis, facts: &Facts) -> impl Iterator<Item = Reason> {
    let (unknown, remarks, financing) = match ground {
        LegalBasis::Ceiling { chosen, remarks } => (None, *remarks, financing_reason(chosen.basis, chosen.financing.as_deref())),
        LegalBasis::NoCeilingForThisStage { remarks } => (None, *remarks, None),
        LegalBasis::NotRegulated => (None, Remarks::default(), None),
        LegalBasis::Unknown { reason, .. } => (Some(*reason), Remarks::default(), None),
    };
    let reasons = [
        unknown,
        facts.code_reason(),
        facts.medical_sample.then_some(Reason::MedicalSample),
        remarks.two_prices.then_some(Reason::ListStatesTwoPrices),
        remarks.changed.then_some(Reason::CeilingChangedInPeriod),
        financing,
    ];
    reasons.into_iter().flatten()
}

/// A ceiling derived from a unit price binds what the UPC does not pay for; whether it pays is known of some markets only.
pub(crate) fn financing_reason(basis: CeilingOrigin, financing: Option<&ListedFinancing>) -> Option<Reason> {
    match (basis, financing.map(|financing| financing.standing)) {
        (CeilingOrigin::PublishedForCum, _) => None,
        (CeilingOrigin::DerivedFromUnitPrice, Some(FinancingStatus::NotFinanced)) => Some(Reason::NotFinancedByUpc),
        (CeilingOrigin::DerivedFromUnitPrice, _) => Some(Reason::FinancingNotVerified),
    }
}

pub fn compare(observed: Observed, ceiling: Decimal, facts: &Facts) -> Result<Comparison, Reason> {
    let factor = factor(observed.per, facts).ok_or(Reason::UnitNotConvertible)?;
    let left = exact::product(observed.amount, factor).ok_or(Reason::AmountOutOfRange)?;
    let right = exact::product(ceiling, observed.divided_by).ok_or(Reason::AmountOutOfRange)?;
    Ok(Comparison { factor, ceiling, left, right, divided_by: observed.divided_by })
}

fn conclude(
    observed: Observed,
    compared: Comparison,
    mut reasons: Vec<Reason>,
    facts: &Facts,
    siblings: &[Sibling],
) -> Judgement {
    if compared.left <= compared.right {
        if is_implausibly_low(&compared) {
            reasons.insert(0, Reason::ImplausiblyLow);
        }
        return Judgement { comparison: Some(compared), ..Judgement::without_comparison(Verdict::Within, reasons) };
    }
    let Some((amount, percent)) = excess(&compared) else {
        return Judgement::cannot_compare(Reason::AmountOutOfRange, facts);
    };
    let rounding = rounding_band::explain(&compared, facts);
    let other_readings = readings::find(observed, &compared, facts, siblings);
    if is_implausibly_high(&compared) {
        reasons.insert(0, Reason::ImplausiblyHigh);
    }
    if !other_readings.is_empty() {
        reasons.insert(0, Reason::AnotherUnitFits);
    }
    let excess = Excess { amount, percent, rounding, other_readings };
    let (comparison, excess) = (Some(compared), Some(excess));
    Judgement { verdict: Verdict::Above, reasons, comparison, excess, reference: None }
}

fn excess(compared: &Comparison) -> Option<(Decimal, Decimal)> {
    let over = exact::difference(compared.left, compared.right)?;
    let amount = exact::quotient_half_up(over, compared.divided_by, 4)?;
    let percent = exact::quotient_half_up(exact::product(over, Decimal::ONE_HUNDRED)?, compared.right, 4)?;
    Some((amount, percent))
}

/// A price this many times below its ceiling is hardly what was meant: thousands may be missing, or it is of one unit although it was
/// given for the pack. Nor is one this many times above: a decimal point may be lost.
pub(crate) const IMPLAUSIBLE_TIMES: u32 = 100;

fn is_implausibly_high(compared: &Comparison) -> bool {
    exact::product(compared.right, Decimal::from(IMPLAUSIBLE_TIMES)).is_some_and(|right| right <= compared.left)
}

fn is_implausibly_low(compared: &Comparison) -> bool {
    exact::product(compared.left, Decimal::from(IMPLAUSIBLE_TIMES)).is_some_and(|left| left <= compared.right)
}

impl Judgement {
    fn cannot_compare(reason: Reason, facts: &Facts) -> Self {
        let sample = facts.medical_sample.then_some(Reason::MedicalSample);
        Self::without_comparison(
            Verdict::CannotCompare,
            [Some(reason), facts.code_reason(), sample].into_iter().flatten().collect(),
        )
    }

    fn without_comparison(verdict: Verdict, reasons: Vec<Reason>) -> Self {
        Self { verdict, reasons, comparison: None, excess: None, reference: None }
    }
}
