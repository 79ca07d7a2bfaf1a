//! The compiled form of the judge: for one product, transaction and interval of unchanged law, a price costs a few multiplications of
//! whole numbers.
//!
//! `verdict::judge` decides. The compiled form answers only where the judge is certain to say the same; everything else goes to the judge.

use rust_decimal::Decimal;

use super::{
    comparison::{Observed, Per},
    judge::{self, IMPLAUSIBLE_TIMES, Verdict, judge, law_reasons},
    readings::{self, AsIf},
    report_verdict::{PriceVerdict, ReportPrices},
    verdict_code::VerdictCode,
};
use crate::domain::{
    law::{basis::LegalBasis, lawbook::ApplicableLaw},
    number::weighted_quartiles::Scaled,
    reason::Reason,
};

pub struct CompiledLaw {
    view: ApplicableLaw,
    /// In the order of `Per::ALL`; compiled at the first price of the unit.
    units: [Option<UnitLaw>; Per::ALL.len()],
}

/// The law for prices of one unit.
enum UnitLaw {
    /// No price is compared, so all have the same verdict.
    Same(PriceVerdict),
    Compared(Limit),
    /// Its figures are too wide for whole numbers.
    Judge,
}

/// Within is `amount × factor ≤ ceiling × divided_by`.
struct Limit {
    /// The first reason of a verdict without a doubt about the price.
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

struct Sides {
    factor: Scaled,
    ceiling: Scaled,
}

/// Both sides of a comparison as whole numbers, and the decimal places that they share.
type Compared = (u128, u128, u8);

const MISSING: PriceVerdict =
    PriceVerdict { verdict: Verdict::CannotCompare, reason: Some(Reason::PriceMissing), another_unit_fits: false };
/// What is wider than this may not be exact everywhere in `exact`.
const MANTISSA_MAX: u128 = 1 << 95;
const PLACES_MAX: u8 = 28;
/// Up to here an excess comes out, in pesos and in percent to four decimals, when the price is of one unit at least.
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

impl CompiledLaw {
    pub fn new(view: ApplicableLaw) -> Self {
        Self { view, units: [const { None }; Per::ALL.len()] }
    }

    pub fn view(&self) -> &ApplicableLaw {
        &self.view
    }

    /// The same as the code of `prices.judge(view)`.
    pub fn code(&mut self, prices: &ReportPrices) -> VerdictCode {
        let (view, per) = (&self.view, prices.per());
        let unit = self.units[per as usize].get_or_insert_with(|| UnitLaw::new(view, per));
        let by_judge = |observed| PriceVerdict::from(&judge(Some(observed), &view.ground, &view.facts, &view.siblings));
        VerdictCode::new(prices.observed().map(|observed| match observed {
            None => MISSING,
            Some(observed) => unit.verdict(observed).unwrap_or_else(|| by_judge(observed)),
        }))
    }
}

impl UnitLaw {
    fn new(view: &ApplicableLaw, per: Per) -> Self {
        let compared = match &view.ground {
            LegalBasis::Ceiling { chosen, .. } => judge::factor(per, &view.facts).map(|factor| (factor, chosen.binding)),
            _ => None,
        };
        let Some(compared) = compared else {
            let any = Observed { amount: Decimal::ONE, divided_by: Decimal::ONE, per };
            return Self::Same(PriceVerdict::from(&judge(Some(any), &view.ground, &view.facts, &view.siblings)));
        };
        Limit::new(view, per, compared).map_or(Self::Judge, Self::Compared)
    }

    /// `None` when only the judge can tell.
    fn verdict(&self, observed: Observed) -> Option<PriceVerdict> {
        let (amount, divided_by) = (Scaled::of(observed.amount)?, Scaled::of(observed.divided_by)?);
        if amount.mantissa == 0 || divided_by.mantissa == 0 {
            return Some(MISSING);
        }
        match self {
            Self::Same(verdict) => Some(*verdict),
            Self::Compared(limit) => limit.verdict(amount, divided_by),
            Self::Judge => None,
        }
    }
}

impl Limit {
    fn new(view: &ApplicableLaw, per: Per, own: (Decimal, Decimal)) -> Option<Self> {
        let other = |(as_if, units, ceiling): (AsIf, Decimal, Decimal)| {
            Some(Other { own: as_if.is_own(), sides: Sides::new(units, ceiling)? })
        };
        let others =
            readings::alternatives(per, own, &view.facts, &view.siblings).into_iter().map(other).collect::<Option<_>>()?;
        Some(Self { reason: law_reasons(&view.ground, &view.facts).next(), own: Sides::new(own.0, own.1)?, others })
    }

    fn verdict(&self, amount: Scaled, divided_by: Scaled) -> Option<PriceVerdict> {
        let given = self.own.compared(amount, divided_by)?;
        let (left, right, places) = given;
        if left <= right {
            let low = left.checked_mul(u128::from(IMPLAUSIBLE_TIMES))? <= right;
            let reason = if low { Some(Reason::ImplausiblyLow) } else { self.reason };
            return Some(PriceVerdict { verdict: Verdict::Within, reason, another_unit_fits: false });
        }
        if !comes_out(left, right, places) || !is_at_least_one(divided_by) {
            return None;
        }
        let mut another_unit_fits = false;
        for other in &self.others {
            another_unit_fits |= other.fits(amount, divided_by, given)?;
        }
        let high = right.checked_mul(u128::from(IMPLAUSIBLE_TIMES))? <= left;
        let doubt = another_unit_fits.then_some(Reason::AnotherUnitFits).or(high.then_some(Reason::ImplausiblyHigh));
        Some(PriceVerdict { verdict: Verdict::Above, reason: doubt.or(self.reason), another_unit_fits })
    }
}

impl Other {
    /// Whether the price fits, as `readings` has it; `None` when that is not certain.
    fn fits(&self, amount: Scaled, divided_by: Scaled, given: Compared) -> Option<bool> {
        let compared = self.sides.compared(amount, divided_by)?;
        let (left, right, places) = compared;
        let near = || Some(left.abs_diff(right).checked_mul(100)? <= right.checked_mul(NEAR_PERCENT)?);
        let fits = if self.own { left <= right || near()? || is_far_less(compared, given)? } else { near()? };
        // One that fits has a ratio and a percentage, which must come out.
        (!fits || comes_out(left.max(right), right, places)).then_some(fits)
    }
}

/// Both are above the same ceiling: the excess of one against that of the other.
fn is_far_less((left, right, places): Compared, (given_left, given_right, given_places): Compared) -> Option<bool> {
    let widened = |gap: u128, own: u8, other: u8| gap.checked_mul(10_u128.checked_pow(u32::from(other.saturating_sub(own)))?);
    let gap = widened(left.checked_sub(right)?, places, given_places)?.checked_mul(FAR_LESS_TIMES)?;
    Some(gap <= widened(given_left.checked_sub(given_right)?, given_places, places)?)
}

fn comes_out(widest: u128, right: u128, places: u8) -> bool {
    widest < EXCESS_MANTISSA_MAX && places <= EXCESS_PLACES_MAX && right > 0
}

fn is_at_least_one(number: Scaled) -> bool {
    POWERS.get(usize::from(number.places)).is_some_and(|one| number.mantissa >= *one)
}

impl Sides {
    fn new(factor: Decimal, ceiling: Decimal) -> Option<Self> {
        Some(Self { factor: Scaled::of(factor.normalize())?, ceiling: Scaled::of(ceiling.normalize())? })
    }

    /// `None` when they are too wide.
    fn compared(&self, amount: Scaled, divided_by: Scaled) -> Option<Compared> {
        self.compared_narrow(amount, divided_by).or_else(|| self.compared_wide(amount, divided_by))
    }

    /// For nearly all prices: in 64 bits.
    fn compared_narrow(&self, amount: Scaled, divided_by: Scaled) -> Option<Compared> {
        let left = amount.mantissa.checked_mul(self.factor.mantissa)?;
        let right = self.ceiling.mantissa.checked_mul(divided_by.mantissa)?;
        let (left_places, right_places) = (amount.places + self.factor.places, self.ceiling.places + divided_by.places);
        let places = left_places.max(right_places);
        let left = left.checked_mul(*POWERS.get(usize::from(places - left_places))?)?;
        let right = right.checked_mul(*POWERS.get(usize::from(places - right_places))?)?;
        (places <= PLACES_MAX).then_some((u128::from(left), u128::from(right), places))
    }

    fn compared_wide(&self, amount: Scaled, divided_by: Scaled) -> Option<Compared> {
        let ((left, left_places), (right, right_places)) = (product(amount, self.factor)?, product(self.ceiling, divided_by)?);
        let places = left_places.max(right_places);
        let widened = |number: u128, own: u8| number.checked_mul(10_u128.checked_pow(u32::from(places - own))?);
        Some((widened(left, left_places)?, widened(right, right_places)?, places))
    }
}

fn product(a: Scaled, b: Scaled) -> Option<(u128, u8)> {
    let (mantissa, places) = (u128::from(a.mantissa) * u128::from(b.mantissa), a.places + b.places);
    (mantissa < MANTISSA_MAX && places <= PLACES_MAX).then_some((mantissa, places))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

    use super::*;
    use crate::domain::{
        generated::{UNKNOWN, change_points, law_and_prices},
        verdict::judge::Judgement,
    };

    /// The last price before a change point, or the first behind it.
    fn at_the_edge(view: &ApplicableLaw, per: Per, at: prop::sample::Index, behind: bool) -> Option<Decimal> {
        let points = change_points(view, per);
        let before = points.get(at.index(points.len().max(1)))?.trunc_with_scale(4);
        Some(if behind { before + Decimal::new(1, 4) } else { before }).filter(|price| *price > Decimal::ZERO)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn it_says_what_the_judge_says(
            (view, prices) in law_and_prices(),
            edge in prop::option::of((any::<prop::sample::Index>(), any::<(bool, bool)>())),
            places in 0_u32..=12,
        ) {
            let mut prices = prices;
            if let Some((at, (behind, average))) = edge && let Some(mut price) = at_the_edge(&view, prices.per(), at, behind) {
                prices = ReportPrices { minimum: prices.minimum.map(|_| price), maximum: Some(price), units: None, value: None, ..prices };
                if average {
                    let units = Decimal::new(7, 1);
                    (prices.units, prices.value) = (Some(units), Some(units * price));
                    price.rescale(places.max(4));
                    prices.maximum = Some(price);
                }
            }
            let expected = VerdictCode::new(prices.judge(&view).prices());
            prop_assert_eq!(CompiledLaw::new(view).code(&prices), expected);
        }

        #[test]
        fn it_says_what_the_judge_says_of_figures_of_any_width(
            (view, prices) in law_and_prices(), figures in any::<[(i64, u8); 4]>(), places in 0_u32..=28,
        ) {
            let [minimum, maximum, units, value] = figures.map(|(number, shift)| {
                Some(Decimal::from_i128_with_scale(i128::from(number >> (shift % 64)), places))
            });
            let prices = ReportPrices { minimum, maximum, units, value, ..prices };
            let expected = VerdictCode::new(prices.judge(&view).prices());
            prop_assert_eq!(CompiledLaw::new(view).code(&prices), expected);
        }
    }

    /// Verdict with the first reason, and the other readings of a price that is above.
    fn kinds(judgement: &Judgement) -> Vec<String> {
        let first = judgement.reasons.first().map_or("no_reason", |reason| reason.code());
        let readings = judgement.excess.iter().flat_map(|excess| &excess.other_readings).map(|one| {
            let beyond = one.excess_percent.is_some_and(|percent| percent > Decimal::TEN);
            let how = match (one.above, beyond) {
                (_, true) => "far less",
                (true, _) => "near",
                _ => "within",
            };
            format!("above, {} {how}", one.as_if.label())
        });
        std::iter::once(format!("{} {first}", judgement.verdict.code())).chain(readings).collect()
    }

    fn all_kinds() -> Vec<String> {
        let remarks = ["no_reason", "medical_sample", "list_states_two_prices", "ceiling_changed_in_period"];
        let compared = ["financing_not_verified", "not_financed_by_upc"];
        let with = |verdict: Verdict, reasons: &[&str]| -> Vec<String> {
            reasons.iter().map(|reason| format!("{} {reason}", verdict.code())).collect()
        };
        let mut kinds = Vec::new();
        for verdict in [Verdict::Within, Verdict::Above, Verdict::NoCeilingForThisStage] {
            kinds.extend(with(verdict, &remarks));
        }
        for verdict in [Verdict::Within, Verdict::Above] {
            kinds.extend(with(verdict, &compared));
        }
        kinds.extend(with(Verdict::Within, &["implausibly_low"]));
        kinds.extend(with(Verdict::Above, &["implausibly_high", "another_unit_fits"]));
        kinds.extend(with(Verdict::NotRegulated, &["no_reason", "medical_sample"]));
        kinds.extend(with(Verdict::CannotCompare, &["unit_not_convertible"]));
        kinds.extend(with(Verdict::CannotCompare, &UNKNOWN.map(Reason::code)));
        kinds.extend(
            ["pack", "dispensing_unit"]
                .iter()
                .flat_map(|unit| ["within", "near", "far less"].map(|how| format!("above, {unit} {how}"))),
        );
        kinds.extend(["within", "near"].map(|how| format!("above, pack of 5 {how}")));
        kinds
    }

    #[test]
    fn every_kind_of_verdict_is_met_and_needs_no_judge() {
        let mut runner = TestRunner::deterministic();
        let mut met: BTreeMap<String, u32> = BTreeMap::new();
        for _ in 0..20_000 {
            let (view, prices) = law_and_prices().new_tree(&mut runner).unwrap().current();
            let unit = UnitLaw::new(&view, prices.per());
            for observed in prices.observed().into_iter().flatten() {
                let verdict = judge(Some(observed), &view.ground, &view.facts, &view.siblings);
                if let Some(compiled) = unit.verdict(observed) {
                    assert_eq!(compiled, PriceVerdict::from(&verdict), "{observed:?} under {view:?}");
                    kinds(&verdict).into_iter().for_each(|kind| *met.entry(kind).or_default() += 1);
                }
            }
        }
        for kind in all_kinds() {
            assert!(met.get(&kind).is_some_and(|times| *times >= 50), "{kind}: {met:#?}");
        }
    }

    #[test]
    fn a_price_too_wide_to_be_certain_of_is_left_to_the_judge() {
        let of = |mantissa, places| Scaled { mantissa, places };
        let (one, widest) = (of(1, 0), of(u64::MAX, 0));
        let limit = |ceiling, others| Limit { reason: None, own: Sides { factor: one, ceiling }, others };
        let verdict = |limit: &Limit, amount, divided_by| limit.verdict(amount, divided_by).map(|price| price.verdict);
        let wide = limit(widest, Box::default());
        assert_eq!(verdict(&wide, one, one), Some(Verdict::Within));
        assert_eq!(verdict(&wide, widest, widest), None, "a product of 128 bits");
        assert_eq!(verdict(&wide, of(1, 28), of(1, 28)), Some(Verdict::Within));
        let narrow = limit(of(100, 0), Box::default());
        assert_eq!(verdict(&narrow, of(101, 0), one), Some(Verdict::Above));
        assert_eq!(verdict(&narrow, of(101, 1), of(1, 1)), None, "of less than one unit");
        assert_eq!(verdict(&narrow, of(u64::MAX, 28), one), Some(Verdict::Within));
        assert_eq!(narrow.verdict(one, one).and_then(|low| low.reason), Some(Reason::ImplausiblyLow), "a hundredth of 100");
        let other = |factor, own| -> Box<[Other]> { Box::new([Other { sides: Sides { factor, ceiling: one }, own }]) };
        assert_eq!(verdict(&limit(of(100, 0), other(widest, false)), widest, one), None, "not certain of another pack");
    }
}
