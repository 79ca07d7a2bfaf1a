//! What a law view says of any prices, worked out beforehand: a report then costs a few multiplications of whole numbers.
//!
//! It answers only where `report_judge::code` is certain to say the same; everything else is left to it.

use rust_decimal::Decimal;

use super::part::{PackedReport, UNITS};
use crate::{
    domain::{basis::Ground, lawbook::LegalView, verdict::factor},
    store::{
        judgement::ReportPrices,
        judgement_code::JudgementCode,
        report_judge::{self, Present},
    },
};

pub struct PriceLaw {
    /// By unit of sale; `None` where prices are not compared at all.
    limits: [Option<Limit>; UNITS.len()],
    /// When all prices that are present are within the limit.
    within: [JudgementCode; 8],
    /// Where prices are not compared.
    otherwise: [JudgementCode; 8],
    /// For what is not surely within. `None` where no price is compared.
    view: Option<LegalView>,
}

/// Within is `amount × factor ≤ ceiling × divided_by`.
struct Limit {
    factor: Whole,
    ceiling: Whole,
}

#[derive(Clone, Copy)]
struct Whole {
    mantissa: u64,
    places: u8,
}

/// As in `domain::quick_compare`: what is wider than this may not be exact everywhere.
const MANTISSA_MAX: u128 = 1 << 95;
const PLACES_MAX: u8 = 28;

impl Whole {
    fn of(number: Decimal) -> Option<Self> {
        let number = number.normalize();
        Some(Self { mantissa: u64::try_from(number.mantissa()).ok()?, places: u8::try_from(number.scale()).ok()? })
    }

    fn product(self, other: Self) -> Option<(u128, u8)> {
        let (mantissa, places) = (u128::from(self.mantissa) * u128::from(other.mantissa), self.places + other.places);
        (mantissa < MANTISSA_MAX && places <= PLACES_MAX).then_some((mantissa, places))
    }
}

impl Limit {
    /// Certainly within.
    fn holds(&self, amount: Whole, divided_by: Whole) -> bool {
        let (Some((left, left_places)), Some((right, right_places))) =
            (amount.product(self.factor), self.ceiling.product(divided_by))
        else {
            return false;
        };
        if left_places == right_places {
            return left <= right;
        }
        let widened = |number: u128, by: u8| number.checked_mul(10_u128.checked_pow(u32::from(by))?);
        if left_places < right_places {
            widened(left, right_places - left_places).is_some_and(|left| left <= right)
        } else {
            widened(right, left_places - right_places).is_some_and(|right| left <= right)
        }
    }

    fn holds_all(&self, row: &PackedReport) -> bool {
        const ONE: Whole = Whole { mantissa: 1, places: 0 };
        let [minimum, maximum, units, value] = [row.minimum, row.maximum, row.units, row.value];
        let whole = |mantissa: u64, at: usize| Whole { mantissa, places: row.places[at] };
        (maximum == 0 || self.holds(whole(maximum, 1), ONE))
            && (minimum == 0 || self.holds(whole(minimum, 0), ONE))
            && (value == 0 || units == 0 || self.holds(whole(value, 3), whole(units, 2)))
    }
}

impl PriceLaw {
    pub fn new(view: LegalView) -> Self {
        let compared = matches!(view.ground, Ground::Ceiling { .. });
        let limits = UNITS.map(|unit| limit(&view, unit));
        let uncompared = UNITS.into_iter().zip(&limits).find(|(_, limit)| limit.is_none()).map(|(unit, _)| unit);
        let otherwise = Present::ALL.map(|present| report_judge::code(&view, &present.example(uncompared.unwrap_or(UNITS[0]))));
        let within = Present::ALL.map(|present| report_judge::within(&view.ground, present));
        Self { limits, within, otherwise, view: compared.then_some(view) }
    }

    /// `prices` gives the same in full. `None`: it cannot.
    pub fn code(&self, row: &PackedReport, prices: impl FnOnce() -> Option<ReportPrices>) -> Option<JudgementCode> {
        if row.wide {
            let prices = prices()?;
            return Some(match &self.view {
                Some(view) => report_judge::code(view, &prices),
                None => self.otherwise[Present::of(&prices).number()],
            });
        }
        let present = Present { minimum: row.minimum > 0, average: row.value > 0 && row.units > 0, maximum: row.maximum > 0 };
        match (self.limits.get(usize::from(row.unit))?, &self.view) {
            (Some(limit), _) if limit.holds_all(row) => Some(self.within[present.number()]),
            (Some(_), Some(view)) => Some(report_judge::code(view, &prices()?)),
            _ => Some(self.otherwise[present.number()]),
        }
    }
}

fn limit(view: &LegalView, unit: crate::domain::listed::InvoiceUnit) -> Option<Limit> {
    let Ground::Ceiling { chosen, .. } = &view.ground else { return None };
    let factor = factor(ReportPrices::per_unit(unit), &view.facts)?;
    // Nothing is surely within a ceiling of zero.
    let wide = Limit { factor: Whole { mantissa: 1, places: 0 }, ceiling: Whole { mantissa: 0, places: 0 } };
    let (factor, ceiling) = (Whole::of(factor), Whole::of(chosen.binding));
    Some(factor.zip(ceiling).map_or(wide, |(factor, ceiling)| Limit { factor, ceiling }))
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
        let limit = Limit { factor: of(u64::MAX, 0), ceiling: of(u64::MAX, 0) };
        assert!(!limit.holds(of(u64::MAX - 1, 0), of(u64::MAX, 0)));
        assert!(limit.holds(of(1, 0), of(1, 0)) && limit.holds(of(10, 1), of(1, 0)) && !limit.holds(of(11, 1), of(1, 0)));
        assert!(!limit.holds(of(1, 28), of(1, 29)), "more places than a decimal has");
    }
}
