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
        verdict::{Finding, factor},
    },
    store::{
        judgement::ReportPrices,
        judgement_code::{JudgementCode, Said},
        report_judge::{self, MISSING, Present},
    },
};

pub struct PriceLaw {
    /// By unit of sale; `None` where prices are not compared at all.
    limits: [Option<Limit>; UNITS.len()],
    /// When all prices that are present are within the limit.
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
    others: Box<[Sides]>,
}

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
        10_u64.checked_pow(u32::from(self.places)).is_some_and(|one| self.mantissa >= one)
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
    fn compared(&self, amount: Whole, divided_by: Whole) -> Option<(u128, u128, u8)> {
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

    /// Certainly too far off to be what was meant.
    fn far(&self, amount: Whole, divided_by: Whole) -> bool {
        let Some((left, right, _)) = self.compared(amount, divided_by) else { return false };
        let gap = left.abs_diff(right).checked_mul(100);
        gap.zip(right.checked_mul(NEAR_PERCENT)).is_some_and(|(gap, near)| gap > near)
    }
}

impl Limit {
    /// `None` when only the full judgement can tell.
    fn said(&self, amount: Whole, divided_by: Whole) -> Option<Said> {
        let (left, right, places) = self.own.compared(amount, divided_by)?;
        let said = |finding: Finding| Said { finding, reason: self.reason, another_unit_fits: false };
        if left <= right {
            return Some(said(Finding::Within));
        }
        let told = left < EXCESS_MANTISSA_MAX && places <= EXCESS_PLACES_MAX && right > 0 && divided_by.at_least_one();
        (told && self.others.iter().all(|other| other.far(amount, divided_by))).then(|| said(Finding::Above))
    }
}

impl PriceLaw {
    pub fn new(view: LegalView) -> Self {
        let limits = UNITS.map(|unit| limit(&view, unit));
        let uncompared = UNITS.into_iter().zip(&limits).find(|(_, limit)| limit.is_none()).map(|(unit, _)| unit);
        let otherwise = Present::ALL.map(|present| report_judge::code(&view, &present.example(uncompared.unwrap_or(UNITS[0]))));
        let within = Present::ALL.map(|present| report_judge::within(&view.ground, present));
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
        let above = [maximum, average, minimum].iter().any(|said| said.finding == Finding::Above);
        Some(if above { JudgementCode::of_prices(minimum, average, maximum) } else { self.within[present.number()] })
    }
}

fn limit(view: &LegalView, unit: InvoiceUnit) -> Option<Limit> {
    let Ground::Ceiling { chosen, changed } = &view.ground else { return None };
    let per = ReportPrices::per_unit(unit);
    let factor = factor(per, &view.facts)?;
    let others = readings::alternatives(per, (factor, chosen.binding), &view.facts, &view.siblings);
    let others = others.into_iter().map(|(_, units, ceiling)| Sides::of(units, ceiling)).collect::<Option<Box<[_]>>>();
    // Nothing is sure of what is too wide for whole numbers.
    let wide = || Sides::new(Whole { mantissa: u64::MAX, places: PLACES_MAX }, ONE);
    let own = Sides::of(factor, chosen.binding).unwrap_or_else(wide);
    let others = others.unwrap_or_else(|| Box::new([wide()]));
    Some(Limit { reason: report_judge::said_within(chosen, *changed).reason, own, others })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::weighted_quartiles::Scaled, store::report_judge::tests::law_and_prices};
    use proptest::prelude::*;

    fn packed(prices: &ReportPrices) -> PackedReport {
        let of = |number: Option<Decimal>| {
            let scaled = |number: Decimal| {
                let (mantissa, places) = (u64::try_from(number.mantissa()).unwrap(), u8::try_from(number.scale()).unwrap());
                Scaled { mantissa, places }
            };
            number.map_or(Scaled { mantissa: 0, places: 0 }, scaled)
        };
        let [minimum, maximum, units, value] = [prices.minimum, prices.maximum, prices.units, prices.value].map(of);
        let unit = UNITS.iter().position(|unit| *unit == prices.unit).unwrap();
        PackedReport {
            minimum: minimum.mantissa,
            maximum: maximum.mantissa,
            units: units.mantissa,
            value: value.mantissa,
            places: [minimum, maximum, units, value].map(|number| number.places),
            unit: u8::try_from(unit).unwrap(),
            wide: false,
        }
    }

    /// The dearest price within the ceiling, or the first above it.
    fn at_the_ceiling(view: &LegalView, prices: &ReportPrices, above: bool) -> Option<Decimal> {
        let Ground::Ceiling { chosen, .. } = &view.ground else { return None };
        let factor = factor(prices.per(), &view.facts)?;
        let step = Decimal::new(1, 4);
        let within = (chosen.binding / factor).trunc_with_scale(4);
        Some(if above { within + step } else { within }).filter(|price| *price > Decimal::ZERO)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(6_000))]
        #[test]
        fn it_says_what_the_judge_says(
            (view, prices) in law_and_prices(), close in prop::option::of(any::<(bool, bool)>()), places in 0_u32..=12, wide in any::<bool>()
        ) {
            let mut prices = prices;
            if let Some((above, average)) = close && let Some(mut price) = at_the_ceiling(&view, &prices, above) {
                prices = ReportPrices { minimum: prices.minimum.map(|_| price), maximum: Some(price), units: None, value: None, ..prices };
                if average {
                    let units = Decimal::new(7, 1);
                    (prices.units, prices.value) = (Some(units), Some(units * price));
                    price.rescale(places.max(4));
                    prices.maximum = Some(price);
                }
            }
            let law = PriceLaw::new(view.clone());
            let row = PackedReport { wide, ..packed(&prices) };
            prop_assert_eq!(law.code(&row, || Some(prices)), Some(report_judge::code(&view, &prices)));
        }
    }

    #[test]
    fn a_price_too_wide_to_be_sure_of_is_left_to_the_judge() {
        let of = |mantissa, places| Whole { mantissa, places };
        let limit = |others: Box<[Sides]>| Limit { reason: None, own: Sides::new(ONE, of(u64::MAX, 0)), others };
        let finding = |limit: &Limit, amount, divided_by| limit.said(amount, divided_by).map(|said| said.finding);
        let alone = limit(Box::default());
        assert_eq!(finding(&alone, of(1, 0), ONE), Some(Finding::Within));
        assert_eq!(finding(&alone, of(u64::MAX, 0), of(u64::MAX, 0)), None, "a product of 128 bits");
        assert_eq!(finding(&alone, of(1, 20), of(1, 20)), Some(Finding::Within));
        assert_eq!(finding(&alone, of(1, 28), of(1, 28)), Some(Finding::Within));
        let small = |others: Box<[Sides]>| Limit { own: Sides::new(ONE, of(100, 0)), ..limit(others) };
        assert_eq!(finding(&small(Box::default()), of(101, 0), ONE), Some(Finding::Above));
        assert_eq!(finding(&small(Box::default()), of(101, 1), of(1, 1)), None, "of less than one unit");
        let beside = |ceiling| -> Box<[Sides]> { Box::new([Sides::new(ONE, of(ceiling, 0))]) };
        assert_eq!(finding(&small(beside(110)), of(101, 0), ONE), None, "another pack's ceiling is near");
        assert_eq!(finding(&small(beside(200)), of(101, 0), ONE), Some(Finding::Above));
    }
}
