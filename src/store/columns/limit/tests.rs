//! The shortened judgement against the full one: anywhere, on the ceiling, and where another unit just fits.

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

/// Where a last digit decides.
#[derive(Clone, Debug)]
enum Edge {
    Ceiling,
    /// A tenth above or below what another unit or pack may cost.
    Reading {
        at: prop::sample::Index,
        above: bool,
    },
}

fn edge() -> impl Strategy<Value = Edge> {
    let reading = (any::<prop::sample::Index>(), any::<bool>()).prop_map(|(at, above)| Edge::Reading { at, above });
    prop_oneof![Just(Edge::Ceiling), reading]
}

/// The last price before the edge, or the first behind it.
fn at_the_edge(view: &LegalView, prices: &ReportPrices, edge: &Edge, behind: bool) -> Option<Decimal> {
    let Ground::Ceiling { chosen, .. } = &view.ground else { return None };
    let factor = factor(prices.per(), &view.facts)?;
    let before = match edge {
        Edge::Ceiling => chosen.binding / factor,
        Edge::Reading { at, above } => {
            let others = readings::alternatives(prices.per(), (factor, chosen.binding), &view.facts, &view.siblings);
            let (_, units, ceiling) = others.get(at.index(others.len().max(1)))?;
            *ceiling / *units * Decimal::new(if *above { 11 } else { 9 }, 1)
        }
    };
    let before = before.trunc_with_scale(4);
    Some(if behind { before + Decimal::new(1, 4) } else { before }).filter(|price| *price > Decimal::ZERO)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]
    #[test]
    fn it_says_what_the_judge_says(
        (view, prices) in law_and_prices(), close in prop::option::of((edge(), any::<(bool, bool)>())), places in 0_u32..=12, wide in any::<bool>()
    ) {
        let mut prices = prices;
        if let Some((edge, (behind, average))) = close && let Some(mut price) = at_the_edge(&view, &prices, &edge, behind) {
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
    let fits = |ceiling| small(beside(ceiling)).said(of(101, 0), ONE).map(|said| (said.finding, said.another_unit_fits));
    assert_eq!(fits(110), Some((Finding::Above, true)), "another pack's ceiling is near");
    assert_eq!(fits(200), Some((Finding::Above, false)));
    assert_eq!(
        finding(&small(Box::new([Sides::new(of(u64::MAX, 0), ONE)])), of(u64::MAX, 0), ONE),
        None,
        "not sure of another pack"
    );
}
