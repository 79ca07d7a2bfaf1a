//! The shortened judgement against the full one: anywhere, on the ceiling, and where another unit just fits.

use super::*;
use crate::{
    domain::{generated::change_points, weighted_quartiles::Scaled},
    store::report_judge::tests::law_and_prices,
};
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

/// The last price before a change point, or the first behind it.
fn at_the_edge(view: &LegalView, prices: &ReportPrices, at: prop::sample::Index, behind: bool) -> Option<Decimal> {
    let points = change_points(view, prices.per());
    let before = points.get(at.index(points.len().max(1)))?.trunc_with_scale(4);
    Some(if behind { before + Decimal::new(1, 4) } else { before }).filter(|price| *price > Decimal::ZERO)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]
    #[test]
    fn it_says_what_the_judge_says(
        (view, prices) in law_and_prices(), close in prop::option::of((any::<prop::sample::Index>(), any::<(bool, bool)>())),
        places in 0_u32..=12, wide in any::<bool>()
    ) {
        let mut prices = prices;
        if let Some((at, (behind, average))) = close && let Some(mut price) = at_the_edge(&view, &prices, at, behind) {
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
    let limit = |others: Box<[Other]>| Limit { reason: None, own: Sides::new(ONE, of(u64::MAX, 0)), others };
    let finding = |limit: &Limit, amount, divided_by| limit.said(amount, divided_by).map(|said| said.finding);
    let alone = limit(Box::default());
    assert_eq!(finding(&alone, of(1, 0), ONE), Some(Finding::Within));
    assert_eq!(finding(&alone, of(u64::MAX, 0), of(u64::MAX, 0)), None, "a product of 128 bits");
    assert_eq!(finding(&alone, of(1, 20), of(1, 20)), Some(Finding::Within));
    assert_eq!(finding(&alone, of(1, 28), of(1, 28)), Some(Finding::Within));
    let small = |others: Box<[Other]>| Limit { own: Sides::new(ONE, of(100, 0)), ..limit(others) };
    assert_eq!(finding(&small(Box::default()), of(101, 0), ONE), Some(Finding::Above));
    assert_eq!(finding(&small(Box::default()), of(101, 1), of(1, 1)), None, "of less than one unit");
    let beside = |ceiling, own| -> Box<[Other]> { Box::new([Other { sides: Sides::new(ONE, of(ceiling, 0)), own }]) };
    let said = |ceiling, own| small(beside(ceiling, own)).said(of(101, 0), ONE);
    let fits = |ceiling, own| said(ceiling, own).map(|said| (said.finding, said.another_unit_fits));
    assert_eq!(fits(110, false), Some((Finding::Above, true)), "another pack's ceiling is near");
    assert_eq!(fits(200, false), Some((Finding::Above, false)));
    assert_eq!(fits(200, true), Some((Finding::Above, true)), "another unit of the same pack may be far below");
    assert_eq!(small(Box::default()).said(of(1, 0), ONE), Some(IMPLAUSIBLY_LOW), "a hundredth of 100");
    assert_eq!(finding(&small(Box::default()), of(u64::MAX, 28), ONE), Some(Finding::Within));
    assert_eq!(
        finding(&small(Box::new([Other { sides: Sides::new(of(u64::MAX, 0), ONE), own: false }])), of(u64::MAX, 0), ONE),
        None,
        "not sure of another pack"
    );
}
