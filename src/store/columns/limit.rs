//! What a law view says of any prices, worked out beforehand: a report then costs a few multiplications of whole numbers.
//!
//! It answers only where `report_judge::code` is certain to say the same; everything else is left to it.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::part::{PackedReport, UNITS};
use crate::{
    domain::{
        basis::Ground,
        lawbook::LegalView,
        listed::InvoiceUnit,
        readings,
        reason::Reason,
        verdict::{Finding, IMPLAUSIBLE_TIMES, factor},
    },
    store::{
        judgement::ReportPrices,
        judgement_code::{JudgementCode, Said},
        report_judge::{self, IMPLAUSIBLY_LOW, MISSING, Present},
    },
};

pub struct PriceLaw {
    /// By unit of sale; `None` where prices are not compared at all.
    limits: [Option<Limit>; UNITS.len()],
    /// When all prices that are present are within the limit and none is implausibly low.
    within: [JudgementCode; 8],
    /// Where prices are not compared.
    otherwise: [JudgementCode; 8],
    /// For what needs the full judgement. `None` where no price is compared.
    view: Option<Box<LegalView>>,
}

/// Within is `amount × factor ≤ ceiling × divided_by`.
struct Limit {
    /// How a price is within, or above without another reading.
    reason: Option<Reason>,
    own: Sides,
    /// Other units and packs that the price may have been meant for.
    others: Box<[Other]>,
}

struct Other {
    sides: Sides,
    /// Another unit of the same presentation, for which distance from the ceiling does not matter.
    own: bool,
}

/// Both sides of a comparison, and their decimal places.
type Compared = (u128, u128, u8);

struct Sides {
    factor: u64,
    ceiling: u64,
    factor_places: u8,
    ceiling_places: u8,
}

#[derive(Clone, Copy)]
struct Whole {
    mantissa: u64,
    places: u8,
}

/// As in `domain::quick_compare`: what is wider than this may not be exact everywhere.
const MANTISSA_MAX: u128 = 1 << 95;
const PLACES_MAX: u8 = 28;
/// Up to here an excess can be told, in pesos and in percent to four decimals, when the price is of one unit at least.
const EXCESS_MANTISSA_MAX: u128 = 1 << 62;
const EXCESS_PLACES_MAX: u8 = 18;
const NEAR_PERCENT: u128 = readings::NEAR_PERCENT.unsigned_abs() as u128;
const FAR_LESS_TIMES: u128 = readings::FAR_LESS_TIMES.unsigned_abs() as u128;
/// Of ten, as far as they fit.
const POWERS: [u64; 20] = {
    let mut powers = [1; 20];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};
const ONE: Whole = Whole { mantissa: 1, places: 0 };

impl Whole {
    fn of(number: Decimal) -> Option<Self> {
        let number = number.normalize();
        Some(Self { mantissa: u64::try_from(number.mantissa()).ok()?, places: u8::try_from(number.scale()).ok()? })
    }

    fn product(self, other: Self) -> Option<(u128, u8)> {
        let (mantissa, places) = (u128::from(self.mantissa) * u128::from(other.mantissa), self.places + other.places);
        (mantissa < MANTISSA_MAX && places <= PLACES_MAX).then_some((mantissa, places))
    }

    fn at_least_one(self) -> bool {
        POWERS.get(usize::from(self.places)).is_some_and(|one| self.mantissa >= *one)
    }
}

impl Sides {
    fn of(factor: Decimal, ceiling: Decimal) -> Option<Self> {
        Some(Self::new(Whole::of(factor)?, Whole::of(ceiling)?))
    }

    fn new(factor: Whole, ceiling: Whole) -> Self {
        Self { factor: factor.mantissa, ceiling: ceiling.mantissa, factor_places: factor.places, ceiling_places: ceiling.places }
    }

    /// Both sides of the comparison with the decimal places that they share; `None` when they are too wide.
    fn compared(&self, amount: Whole, divided_by: Whole) -> Option<Compared> {
        self.compared_narrow(amount, divided_by).or_else(|| self.compared_wide(amount, divided_by))
    }

    /// The same for nearly all prices, in one word of the machine.
    fn compared_narrow(&self, amount: Whole, divided_by: Whole) -> Option<Compared> {
        let left = amount.mantissa.checked_mul(self.factor)?;
        let right = self.ceiling.checked_mul(divided_by.mantissa)?;
        let (left_places, right_places) = (amount.places + self.factor_places, self.ceiling_places + divided_by.places);
        let places = left_places.max(right_places);
        let left = left.checked_mul(*POWERS.get(usize::from(places - left_places))?)?;
        let right = right.checked_mul(*POWERS.get(usize::from(places - right_places))?)?;
        (places <= PLACES_MAX).then_some((u128::from(left), u128::from(right), places))
    }

    fn compared_wide(&self, amount: Whole, divided_by: Whole) -> Option<Compared> {
        let factor = Whole { mantissa: self.factor, places: self.factor_places };
        let ceiling = Whole { mantissa: self.ceiling, places: self.ceiling_places };
        let ((left, left_places), (right, right_places)) = (amount.product(factor)?, ceiling.product(divided_by)?);
        let widened = |number: u128, by: u8| number.checked_mul(10_u128.checked_pow(u32::from(by))?);
        Some(match left_places.cmp(&right_places) {
            Ordering::Equal => (left, right, left_places),
            Ordering::Less => (widened(left, right_places - left_places)?, right, right_places),
            Ordering::Greater => (left, widened(right, left_places - right_places)?, left_places),
        })
    }
}

impl Other {
    /// Whether the price fits, as `readings` has it; `None` when that is not certain.
    fn fits(&self, amount: Whole, divided_by: Whole, given: Compared) -> Option<bool> {
        let compared = self.sides.compared(amount, divided_by)?;
        let (left, right, places) = compared;
        let near = || Some(left.abs_diff(right).checked_mul(100)? <= right.checked_mul(NEAR_PERCENT)?);
        let fits = if self.own { left <= right || near()? || far_less(compared, given)? } else { near()? };
        // One that fits is told with a ratio and a percentage, which must come out.
        (!fits || can_be_told(left.max(right), right, places)).then_some(fits)
    }
}

/// Both are above the same ceiling: the excess of one against that of the other.
fn far_less((left, right, places): Compared, (given_left, given_right, given_places): Compared) -> Option<bool> {
    let widened = |gap: u128, own: u8, other: u8| gap.checked_mul(10_u128.checked_pow(u32::from(other.saturating_sub(own)))?);
    let gap = widened(left.checked_sub(right)?, places, given_places)?.checked_mul(FAR_LESS_TIMES)?;
    Some(gap <= widened(given_left.checked_sub(given_right)?, given_places, places)?)
}

fn can_be_told(widest: u128, right: u128, places: u8) -> bool {
    widest < EXCESS_MANTISSA_MAX && places <= EXCESS_PLACES_MAX && right > 0
}

impl Limit {
    /// `None` when only the full judgement can tell.
    fn said(&self, amount: Whole, divided_by: Whole) -> Option<Said> {
        let given = self.own.compared(amount, divided_by)?;
        let (left, right, places) = given;
        if left <= right {
            let low = left.checked_mul(u128::from(IMPLAUSIBLE_TIMES))? <= right;
            let plain = Said { finding: Finding::Within, reason: self.reason, another_unit_fits: false };
            return Some(if low { IMPLAUSIBLY_LOW } else { plain });
        }
        if !can_be_told(left, right, places) || !divided_by.at_least_one() {
            return None;
        }
        let mut another_unit_fits = false;
        for other in &self.others {
            another_unit_fits |= other.fits(amount, divided_by, given)?;
        }
        let high = right.checked_mul(u128::from(IMPLAUSIBLE_TIMES))? <= left;
        let doubt = another_unit_fits.then_some(Reason::AnotherUnitFits).or(high.then_some(Reason::ImplausiblyHigh));
        let reason = doubt.or(self.reason);
        Some(Said { finding: Finding::Above, reason, another_unit_fits })
    }
}

impl PriceLaw {
    pub fn new(view: LegalView) -> Self {
        let limits = UNITS.map(|unit| limit(&view, unit));
        let uncompared = UNITS.into_iter().zip(&limits).find(|(_, limit)| limit.is_none()).map(|(unit, _)| unit);
        let otherwise = Present::ALL.map(|present| report_judge::code(&view, &present.example(uncompared.unwrap_or(UNITS[0]))));
        let within = Present::ALL.map(|present| report_judge::within(&view, present));
        let compared = matches!(view.ground, Ground::Ceiling { .. });
        Self { limits, within, otherwise, view: compared.then(|| Box::new(view)) }
    }

    /// What is said of any prices, where none is compared.
    pub fn uncompared(&self) -> Option<&[JudgementCode; 8]> {
        self.view.is_none().then_some(&self.otherwise)
    }

    /// `prices` gives the same in full. `None`: it cannot.
    pub fn code(&self, row: &PackedReport, prices: impl FnOnce() -> Option<ReportPrices>) -> Option<JudgementCode> {
        let Some(view) = &self.view else {
            let present = if row.wide { Present::of(&prices()?) } else { row.present() };
            return Some(self.otherwise[present.number()]);
        };
        if row.wide {
            return Some(report_judge::code(view, &prices()?));
        }
        let present = row.present();
        let Some(limit) = self.limits.get(usize::from(row.unit))? else { return Some(self.otherwise[present.number()]) };
        match self.compared(limit, row, present) {
            Some(code) => Some(code),
            None => Some(report_judge::code(view, &prices()?)),
        }
    }

    fn compared(&self, limit: &Limit, row: &PackedReport, present: Present) -> Option<JudgementCode> {
        let whole = |mantissa: u64, at: usize| Whole { mantissa, places: row.places[at] };
        let one = |present: bool, amount: Whole, divided_by: Whole| {
            if present { limit.said(amount, divided_by) } else { Some(MISSING) }
        };
        let maximum = one(present.maximum, whole(row.maximum, 1), ONE)?;
        let average = one(present.average, whole(row.value, 3), whole(row.units, 2))?;
        let minimum = one(present.minimum, whole(row.minimum, 0), ONE)?;
        let apart = |said: &Said| said.finding == Finding::Above || *said == IMPLAUSIBLY_LOW;
        let plain = ![maximum, average, minimum].iter().any(apart);
        Some(if plain { self.within[present.number()] } else { JudgementCode::of_prices(minimum, average, maximum) })
    }
}

fn limit(view: &LegalView, unit: InvoiceUnit) -> Option<Limit> {
    let Ground::Ceiling { chosen, .. } = &view.ground else { return None };
    let per = ReportPrices::per_unit(unit);
    let factor = factor(per, &view.facts)?;
    let others = readings::alternatives(per, (factor, chosen.binding), &view.facts, &view.siblings).into_iter();
    let others = others.map(|(as_if, units, ceiling)| Some(Other { own: as_if.is_own(), sides: Sides::of(units, ceiling)? }));
    let others = others.collect::<Option<Box<[_]>>>();
    // Nothing is sure of what is too wide for whole numbers.
    let wide = || Sides::new(Whole { mantissa: u64::MAX, places: PLACES_MAX }, ONE);
    let own = Sides::of(factor, chosen.binding).unwrap_or_else(wide);
    let others = others.unwrap_or_else(|| Box::new([Other { sides: wide(), own: false }]));
    Some(Limit { reason: report_judge::first_law_reason(&view.ground, &view.facts), own, others })
}

#[cfg(test)]
mod tests;
