//! What is filled in, held against what is made in the usual way.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::{
    domain::{
        basis::Ground,
        channel::Place,
        cum::Cum,
        explain::{self, LawSide},
        generated::{change_points, law_and_prices},
        law::{Rules, Seller},
        period::Period,
        report_verdict::ReportPrices,
    },
    http::wire::verdict::VerdictBody,
    read_model::check::PriceAnswer,
};

fn usual(asked: PriceQuestion, view: &LegalView, language: Language) -> Vec<u8> {
    let verdict = judge(Some(asked.observed), &view.ground, &view.facts, &view.siblings);
    let rules = Rules { max_age_days: 120, margin_rules: Vec::new() };
    let mut worksheet = explain::law_steps(LawSide::of(&asked.question, view, &rules));
    worksheet.extend(explain::price_steps(Some(asked.observed), &view.ground, &view.facts, &view.siblings, &verdict));
    serde_json::to_vec(&VerdictBody::new(PriceAnswer { asked, verdict, view: view.clone(), worksheet }, language)).unwrap()
}

/// The prices of the report, and those at and beside everything that changes what is said.
fn amounts(view: &LegalView, prices: &ReportPrices) -> Vec<Decimal> {
    let points = change_points(view, prices.per()).into_iter().flat_map(|point| {
        [Decimal::new(99, 2), Decimal::ONE, Decimal::new(101, 2)].map(|times| (point * times).trunc_with_scale(4))
    });
    let beside = points.flat_map(|point| [point, point + Decimal::new(1, 4)]);
    let given = [prices.minimum, prices.maximum].into_iter().flatten();
    given.chain(beside).filter(|amount| *amount > Decimal::ZERO).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn what_is_filled_in_is_what_is_made_in_the_usual_way(
        (view, prices) in law_and_prices(), english in any::<bool>(), act in "[a-z\"ñ-]{1,12}", siblings in any::<bool>(),
    ) {
        let mut view = view;
        if let Ground::Ceiling { chosen, .. } = &mut view.ground {
            chosen.act = act;
        }
        view.siblings.truncate(usize::from(siblings));
        let per = prices.per();
        let place = Place::from_transaction(1).unwrap();
        let period = Period::day(date(2024, 8, 1)).unwrap();
        let question = Question { cum: Cum::new(19_914_312, 20), period, place, seller: Seller::usual(place) };
        let language = if english { Language::English } else { Language::Spanish };
        let verdicts = BoundVerdicts::default();
        if let Some(plain) = plain_price(&view, per) {
            let verdict = judge(Some(plain), &view.ground, &view.facts, &view.siblings);
            prop_assert!(verdict.finding == Finding::Within && doubt(&verdict).is_none(), "it raises no question");
        }
        for amount in amounts(&view, &prices) {
            let asked = PriceQuestion { question, observed: Observed { amount, divided_by: Decimal::ONE, per } };
            let usual = usual(asked, &view, language);
            let mut filled = b"before".to_vec();
            if verdicts.fill(&asked, language, &mut filled) {
                prop_assert_eq!(String::from_utf8(filled.split_off(6)).unwrap(), String::from_utf8(usual).unwrap());
            } else {
                prop_assert_eq!(&filled, b"before");
                verdicts.learn(&asked, view.clone(), language, &usual);
                let verdict = judge(Some(asked.observed), &view.ground, &view.facts, &view.siblings);
                prop_assert_eq!(
                    verdicts.fill(&asked, language, &mut filled), is_plain(&verdict) && doubt(&verdict).is_none(), "what is plain is learned"
                );
            }
        }
    }
}
