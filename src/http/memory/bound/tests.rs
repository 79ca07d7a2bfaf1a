//! What is filled in, held against what is made in the usual way.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::{
    domain::{
        basis::{Absence, Chosen, Ground},
        channel::Place,
        cum::Cum,
        explain,
        law::{Basis, Facts, Rules, Seller},
        period::Period,
        readings::Sibling,
    },
    http::wire::verdict::VerdictBody,
    read_model::check::PriceAnswer,
};

fn usual(asked: PriceQuestion, view: &LegalView, language: Language) -> Vec<u8> {
    let verdict = judge(Some(asked.observed), &view.ground, &view.facts, &view.siblings);
    let rules = Rules { max_age_days: 120, margin_rules: Vec::new() };
    let mut worksheet = explain::law_steps(&asked.question, &view.candidates, &rules, &view.absence, &view.ground);
    worksheet.extend(explain::price_steps(Some(asked.observed), &view.ground, &view.facts, &verdict));
    serde_json::to_vec(&VerdictBody::new(PriceAnswer { asked, verdict, view: view.clone(), worksheet }, language)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn what_is_filled_in_is_what_is_made_in_the_usual_way(
        binding in 1_i64..=4_000_000, derived in any::<bool>(), changed in any::<bool>(), per in prop::sample::select(Per::ALL.to_vec()),
        packed in proptest::option::of(1_i64..=30), regulated in proptest::option::of(1_i64..=3_000), english in any::<bool>(),
        amounts in proptest::collection::vec((1_i64..=6_000_000, 0_u32..=4), 1..12), act in "[a-z\"ñ-]{1,12}", siblings in any::<bool>(),
    ) {
        let basis = if derived { Basis::DerivedFromUnitPrice } else { Basis::PublishedForCum };
        let binding = Decimal::new(binding, 2);
        let chosen = Chosen { index: 0, amount: binding, margin: Decimal::ZERO, binding, basis, act, valid_from: date(2024, 7, 31) };
        let facts = Facts {
            dispensing_units: packed.map(Decimal::from), regulated_units: regulated.map(Decimal::from), regulated_unit: regulated.map(|_| "mg".to_owned()),
        };
        let sibling = Sibling { cum: Cum::new(1, 2), dispensing_units: Decimal::from(5), binding: Decimal::from(16_525) };
        let absence = Absence::NotRegulated("«x»".to_owned());
        let view = LegalView {
            candidates: Vec::new(), absence, ground: Ground::Ceiling { chosen, changed }, facts, siblings: vec![sibling; usize::from(siblings)],
        };
        let place = Place::from_transaction(1).unwrap();
        let period = Period::day(date(2024, 8, 1)).unwrap();
        let question = Question { cum: Cum::new(19_914_312, 20), period, place, seller: Seller::usual(place) };
        let language = if english { Language::English } else { Language::Spanish };
        let verdicts = BoundVerdicts::default();
        // The last ones fit the other pack, as often as they are above.
            for (mantissa, scale) in amounts.into_iter().chain([(1_652_500, 2), (1_600_000, 2), (1_700_000, 2), (330_500, 2)]) {
            let amount = Decimal::new(mantissa, scale);
            let asked = PriceQuestion { question, observed: Observed { amount, divided_by: Decimal::ONE, per } };
            let usual = usual(asked, &view, language);
            let mut filled = b"before".to_vec();
            if verdicts.fill(&asked, language, &mut filled) {
                prop_assert_eq!(String::from_utf8(filled.split_off(6)).unwrap(), String::from_utf8(usual).unwrap());
            } else {
                prop_assert_eq!(&filled, b"before");
                verdicts.learn(&asked, view.clone(), language, &usual);
                let verdict = judge(Some(asked.observed), &view.ground, &view.facts, &view.siblings);
                prop_assert_eq!(verdicts.fill(&asked, language, &mut filled), is_plain(&verdict) && readings(&verdict).is_empty(), "what is plain is learned");
            }
        }
    }
}
