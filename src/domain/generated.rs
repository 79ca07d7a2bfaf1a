//! Any law and any prices, for property tests: dense where the judgement of a price changes.

use std::{collections::BTreeMap, sync::Arc};

use jiff::civil::date;
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use rust_decimal::Decimal;

use super::{
    basis::{Absence, Chosen, Ground, Remarks},
    comparison::{Observed, Per},
    cum::Cum,
    financing::{ListedFinancing, Standing},
    law::{Basis, Facts},
    lawbook::{LegalView, Sibling},
    readings,
    reason::Reason,
    verdict::{Finding, IMPLAUSIBLE_TIMES, Verdict, factor, judge},
};

/// As a report has them.
#[derive(Clone, Copy, Debug)]
pub struct Prices {
    pub per: Per,
    pub minimum: Option<Decimal>,
    pub maximum: Option<Decimal>,
    pub units: Option<Decimal>,
    pub value: Option<Decimal>,
}

impl Prices {
    /// Minimum, average, maximum.
    pub fn observed(&self) -> [Option<Observed>; 3] {
        let single = |amount: Option<Decimal>| amount.map(|amount| Observed { amount, divided_by: Decimal::ONE, per: self.per });
        let average = self.value.zip(self.units).map(|(amount, divided_by)| Observed { amount, divided_by, per: self.per });
        [single(self.minimum), average, single(self.maximum)]
    }
}

fn amount() -> impl Strategy<Value = Option<Decimal>> {
    proptest::option::weighted(0.8, (1_i64..=5_000_000, 0_u32..=4).prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale)))
}

fn ground() -> impl Strategy<Value = Ground> {
    let financing = proptest::option::of(prop::sample::select(Standing::ALL.to_vec()));
    let chosen = (1_i64..=4_000_000, any::<bool>(), financing).prop_map(|(binding, derived, standing)| Chosen {
        index: 0,
        amount: Decimal::new(binding, 2),
        margin: Decimal::ZERO,
        binding: Decimal::new(binding, 2),
        basis: if derived { Basis::DerivedFromUnitPrice } else { Basis::PublishedForCum },
        act: "circular-19-2024".to_owned(),
        valid_from: date(2024, 7, 31),
        financing: standing
            .filter(|standing| derived && !standing.is_financed())
            .map(|standing| Arc::new(ListedFinancing { standing, list: "plan".to_owned(), day: None })),
    });
    let remarks = || any::<(bool, bool)>().prop_map(|(changed, two_prices)| Remarks { changed, two_prices });
    prop_oneof![
        4 => (chosen.clone(), remarks()).prop_map(|(chosen, remarks)| Ground::Ceiling { chosen, remarks }),
        1 => remarks().prop_map(|remarks| Ground::NoCeilingForThisStage { remarks }),
        1 => Just(Ground::NotRegulated),
        1 => chosen.prop_map(|chosen| Ground::Unknown { reason: Reason::CeilingListOutOfDate, reference: Some(chosen) }),
    ]
}

/// Where the judgement of a price changes: at the ceiling, at a hundredth of it, and where another unit or pack begins or ends to fit.
pub fn change_points(view: &LegalView, per: Per) -> Vec<Decimal> {
    let Ground::Ceiling { chosen, .. } = &view.ground else { return Vec::new() };
    let Some(factor) = factor(per, &view.facts) else { return Vec::new() };
    let (ceiling, times) = (chosen.binding, |tenths: i64| Decimal::new(tenths, 1));
    let times_implausible = Decimal::from(IMPLAUSIBLE_TIMES);
    let mut points = vec![ceiling / factor, ceiling / factor / times_implausible, ceiling / factor * times_implausible];
    for (as_if, units, other) in readings::alternatives(per, (factor, ceiling), &view.facts, &view.siblings) {
        if as_if.is_own() {
            points.extend([other / units, other / units * times(11)]);
            // Ten times the excess in that unit is the excess as it was given.
            let slope = Decimal::TEN * units - factor;
            points.extend((slope > Decimal::ZERO).then(|| ceiling * Decimal::from(9) / slope));
        } else {
            points.extend([other / units * times(9), other / units * times(11)]);
        }
    }
    points
}

/// Two thirds of them lie beside a change point.
fn price() -> impl Strategy<Value = (Option<Decimal>, Option<(prop::sample::Index, i64)>)> {
    (amount(), proptest::option::weighted(0.66, (any::<prop::sample::Index>(), 80_i64..=120)))
}

/// Any law and any prices.
pub fn law_and_prices() -> impl Strategy<Value = (LegalView, Prices)> {
    let per = prop::sample::select(Per::ALL.to_vec());
    let content = (proptest::option::of(1_i64..=30), proptest::option::of(1_i64..=3_000));
    (ground(), [price(), price(), price()], amount(), per, content, any::<bool>()).prop_map(
        |(ground, prices, units, per, (packed, regulated), medical_sample)| {
            let facts = Facts {
                dispensing_units: packed.map(Decimal::from),
                regulated_units: regulated.map(Decimal::from),
                regulated_unit: regulated.map(|_| "mg".to_owned()),
                medical_sample,
                code: None,
            };
            let siblings =
                vec![Sibling { cum: Cum::new(1, 2), dispensing_units: Decimal::from(5), binding: Decimal::from(16_525) }];
            let absence = Absence::Unknown(Reason::MarketUnknown);
            let view = LegalView { candidates: Vec::new(), absence, ground, facts, siblings };
            let points = change_points(&view, per);
            let [minimum, maximum, average] = prices.map(|(anywhere, beside)| match beside {
                Some((at, percent)) if !points.is_empty() => {
                    let price = (*at.get(&points) * Decimal::new(percent, 2)).trunc_with_scale(4);
                    anywhere.map(|_| price).filter(|price| *price > Decimal::ZERO)
                }
                _ => anywhere,
            });
            let value = units.zip(average).map(|(units, average)| units * average).or(average);
            (view, Prices { per, minimum, maximum, units, value })
        },
    )
}

/// Finding, doubt about the price, and the readings that raise it.
fn kinds(verdict: &Verdict) -> Vec<String> {
    let doubts = [
        Reason::ImplausiblyLow,
        Reason::ImplausiblyHigh,
        Reason::MedicalSample,
        Reason::ListStatesTwoPrices,
        Reason::NotFinancedByUpc,
    ];
    let mut kinds = vec![verdict.finding.code().to_owned()];
    let said = doubts.into_iter().filter(|doubt| verdict.reasons.contains(doubt));
    kinds.extend(said.map(|doubt| format!("{} {doubt}", verdict.finding.code())));
    let readings = verdict.excess.as_ref().map_or(&[][..], |excess| &excess.other_readings);
    if verdict.excess.is_some() && readings.is_empty() {
        kinds.push("above, no reading".to_owned());
    }
    kinds.extend(readings.iter().map(|one| {
        let beyond = one.excess_percent.is_some_and(|percent| percent > Decimal::TEN);
        format!(
            "above, {} {}",
            one.as_if.label(),
            if beyond {
                "far less"
            } else if one.above {
                "near"
            } else {
                "within"
            }
        )
    }));
    kinds
}

#[test]
fn the_property_tests_meet_every_kind_of_verdict() {
    let mut runner = TestRunner::deterministic();
    let mut met: BTreeMap<String, u32> = BTreeMap::new();
    for _ in 0..20_000 {
        let (view, prices) = law_and_prices().new_tree(&mut runner).unwrap().current();
        let judged = prices.observed().map(|one| judge(one, &view.ground, &view.facts, &view.siblings));
        for kind in judged.iter().flat_map(kinds) {
            *met.entry(kind).or_default() += 1;
        }
    }
    let units = ["pack", "dispensing_unit"].map(|unit| ["within", "near", "far less"].map(|how| format!("above, {unit} {how}")));
    let packs = ["within", "near"].map(|how| format!("above, pack of 5 {how}"));
    let doubts = [
        "within implausibly_low",
        "above implausibly_high",
        "above not_financed_by_upc",
        "above, no reading",
        "not_regulated medical_sample",
        "within list_states_two_prices",
    ];
    let findings = Finding::ALL.map(|finding| finding.code().to_owned());
    for kind in units.into_iter().flatten().chain(packs).chain(doubts.map(str::to_owned)).chain(findings) {
        assert!(met.get(&kind).is_some_and(|times| *times >= 50), "{kind}: {met:#?}");
    }
}
