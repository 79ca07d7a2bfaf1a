//! The law side of a verdict: which ceiling binds a sale of one presentation, at one place, in one period.
//!
//! It does not look at any price, so thousands of reports of one product and month share one basis.

use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    channel::Place,
    financing::ListedFinancing,
    rules::{Candidate, CeilingOrigin as CeilingBasis, Rules, Seller},
};
use crate::domain::{calendar::period::Period, identifier::cum::Cum, number::exact, reason::Reason};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LawQuestion {
    pub cum: Cum,
    pub period: Period,
    pub place: Place,
    pub seller: Seller,
}

/// Why there is no candidate at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Absence {
    Unknown(Reason),
    /// Proven: what was looked at, for the worksheet.
    NotRegulated(String),
}

/// The ceiling chosen among the candidates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Position among the candidates, from 0.
    pub index: usize,
    pub amount: Decimal,
    pub margin: Decimal,
    /// amount + margin: what the price is compared with.
    pub binding: Decimal,
    pub basis: CeilingBasis,
    pub act: String,
    pub valid_from: Date,
    pub financing: Option<Arc<ListedFinancing>>,
}

/// Remarks on the law beside the binding ceiling. Every verdict on this basis gives them as reasons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Remarks {
    /// Several ceilings were in force in the period.
    pub changed: bool,
    /// One list states two prices for this CUM and place.
    pub two_prices: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LegalBasis {
    Ceiling { chosen: Chosen, remarks: Remarks },
    NoCeilingForThisStage { remarks: Remarks },
    NotRegulated,
    Unknown { reason: Reason, reference: Option<Chosen> },
}

/// What one stretch of the period says, and whether its list states it in two ways.
struct Segment {
    outcome: CeilingOutcome,
    two_prices: bool,
}

enum CeilingOutcome {
    Ceiling(Chosen),
    NotBound,
    Unknown(Reason, Option<Chosen>),
}

/// The ground for a verdict, from the candidates known for this place.
pub fn ground(question: &LawQuestion, candidates: &[Candidate], rules: &Rules, absence: &Absence) -> LegalBasis {
    if candidates.is_empty() {
        return match absence {
            Absence::Unknown(reason) => LegalBasis::Unknown { reason: *reason, reference: None },
            Absence::NotRegulated(_) => LegalBasis::NotRegulated,
        };
    }
    let segments = starts(&question.period, candidates, rules).into_iter().map(|day| segment(question, day, candidates, rules));
    combine(segments.collect())
}

/// The first days of the stretches within which nothing changes.
fn starts(period: &Period, candidates: &[Candidate], rules: &Rules) -> Vec<Date> {
    let cuts = candidates
        .iter()
        .flat_map(|candidate| [Some(candidate.valid_from), candidate.silent_from(rules), candidate.omitted_from]);
    let inside = cuts.flatten().filter(|day| period.from < *day && *day < period.until);
    let mut days: Vec<Date> = std::iter::once(period.from).chain(inside).collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// The newest statement of a day, and all that its list states of the same: more than one where it states two prices.
pub fn in_force(candidates: &[Candidate], day: Date) -> Option<(&Candidate, impl Iterator<Item = (usize, &Candidate)>)> {
    let begun = move || candidates.iter().enumerate().filter(move |(_, candidate)| candidate.valid_from <= day);
    let (_, newest) = begun().max_by_key(|(_, c)| (c.valid_from, c.list_cut_date, c.list_order))?;
    Some((newest, begun().filter(move |(_, candidate)| candidate.is_stated_beside(newest))))
}

fn segment(question: &LawQuestion, day: Date, candidates: &[Candidate], rules: &Rules) -> Segment {
    let Some((newest, stated)) = in_force(candidates, day) else {
        return Segment { outcome: CeilingOutcome::Unknown(Reason::PeriodBeforeFirstList, None), two_prices: false };
    };
    let stated: Vec<(usize, &Candidate)> = stated.collect();
    let reference_only = stated.iter().any(|(_, one)| one.is_reference_only());
    let stated: Result<Vec<Option<Chosen>>, Reason> =
        stated.into_iter().map(|(at, one)| choose(question, at, one, rules)).collect();
    let silent = newest.silent_from(rules).is_none_or(|silent| day >= silent);
    let binding = |one: &Option<Chosen>| one.as_ref().map(|chosen| chosen.binding);
    let two_prices = stated.as_ref().is_ok_and(|all| all.iter().any(|one| binding(one) != binding(&all[0])));
    let chosen = stated.map(|all| favourable(all).flatten());
    let outcome = match (silent, chosen) {
        (true, chosen) => CeilingOutcome::Unknown(Reason::CeilingListOutOfDate, chosen.ok().flatten()),
        (false, chosen) if newest.is_omitted_on(day) => CeilingOutcome::Unknown(Reason::NotInNewestList, chosen.ok().flatten()),
        (false, Ok(None)) => CeilingOutcome::NotBound,
        (false, Ok(Some(chosen))) if reference_only => CeilingOutcome::Unknown(Reason::FinancedByUpc, Some(chosen)),
        (false, Ok(Some(chosen))) => CeilingOutcome::Ceiling(chosen),
        (false, Err(reason)) => CeilingOutcome::Unknown(reason, None),
    };
    Segment { outcome, two_prices }
}

/// Of several statements of one list: freedom, then the highest ceiling, then the first.
fn favourable(stated: Vec<Option<Chosen>>) -> Option<Option<Chosen>> {
    let rank = |one: &Option<Chosen>| (one.is_none(), one.as_ref().map(|chosen| chosen.binding));
    stated.into_iter().rev().max_by_key(rank)
}

/// `None`: the list says that nothing binds here.
fn choose(question: &LawQuestion, index: usize, candidate: &Candidate, rules: &Rules) -> Result<Option<Chosen>, Reason> {
    let Some(amount) = candidate.amount else { return Ok(None) };
    let margin = candidate.margin(question.place, question.seller, rules).ok_or(Reason::MarginRuleMissing)?;
    let binding = exact::sum(amount, margin).ok_or(Reason::AmountOutOfRange)?;
    let (basis, act, valid_from) = (candidate.basis, candidate.act.clone(), candidate.valid_from);
    let financing = candidate.financing.clone();
    Ok(Some(Chosen { index, amount, margin, binding, basis, act, valid_from, financing }))
}

/// Doubt wins over everything, then freedom, then the highest ceiling: never against the seller.
fn combine(segments: Vec<Segment>) -> LegalBasis {
    let mut ceilings: Vec<Chosen> = Vec::new();
    // The latest ceiling that the period touches, stale or not: shown for reference when no verdict is possible.
    let mut latest: Option<Chosen> = None;
    let mut reasons: Vec<Reason> = Vec::new();
    let (mut not_bound, mut two_prices) = (0, false);
    for segment in segments {
        two_prices |= segment.two_prices;
        match segment.outcome {
            CeilingOutcome::Ceiling(chosen) => {
                latest = Some(chosen.clone());
                ceilings.push(chosen);
            }
            CeilingOutcome::NotBound => not_bound += 1,
            CeilingOutcome::Unknown(reason, reference) => {
                reasons.push(reason);
                latest = reference.or(latest);
            }
        }
    }
    let changed = ceilings.iter().any(|chosen| chosen.binding != ceilings[0].binding) || (not_bound > 0 && !ceilings.is_empty());
    // Of equal ceilings the first is named: `max_by_key` alone would take the last.
    let best = ceilings.into_iter().rev().max_by_key(|chosen| chosen.binding);
    if let Some(first) = reasons.first() {
        let out_of_date = Reason::CeilingListOutOfDate;
        let reason = if reasons.contains(&out_of_date) { out_of_date } else { *first };
        return LegalBasis::Unknown { reason, reference: latest };
    }
    let remarks = Remarks { changed, two_prices };
    match best {
        Some(chosen) if not_bound == 0 => LegalBasis::Ceiling { chosen, remarks },
        _ => LegalBasis::NoCeilingForThisStage { remarks },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::law::rules::{IpsMargin, MarginRule};
    use jiff::civil::date;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn candidate(amount: &str, valid_from: Date, cut: Date) -> Candidate {
        let amount = (amount != "-").then(|| d(amount));
        Candidate {
            cum: Cum::new(19_914_312, 20),
            basis: CeilingBasis::PublishedForCum,
            amount,
            act: format!("act-{valid_from}"),
            valid_from,
            list_cut_date: cut,
            list_order: 1,
            ips_margin: IpsMargin::ByRule,
            financing: None,
            omitted_from: None,
        }
    }

    fn list_of(amount: &str, valid_from: Date, list_order: i64) -> Candidate {
        Candidate { list_order, ..candidate(amount, valid_from, CUT) }
    }

    fn rules() -> Rules {
        let rule = |above: &str, up_to: Option<&str>, percent: &str| MarginRule {
            from: date(2010, 1, 1),
            until: None,
            above: d(above),
            up_to: up_to.map(d),
            percent: d(percent),
        };
        Rules { max_age_days: 120, margin_rules: vec![rule("0", Some("1000000"), "7"), rule("1000000", None, "3.5")] }
    }

    fn ask(period: &str, transaction: u8, candidates: &[Candidate]) -> LegalBasis {
        let place = Place::from_transaction(transaction).unwrap();
        let question =
            LawQuestion { cum: Cum::new(1, 1), period: Period::parse(period).unwrap(), place, seller: Seller::usual(place) };
        ground(&question, candidates, &rules(), &Absence::Unknown(Reason::UnknownMedicine))
    }

    const START: Date = date(2020, 3, 28);
    const CUT: Date = date(2021, 9, 3);

    #[test]
    fn a_list_speaks_from_its_acts_to_its_age_limit() {
        let list = [candidate("33052", START, CUT)];
        assert!(matches!(ask("2020-03-28", 1, &list), LegalBasis::Ceiling { .. }));
        assert!(matches!(ask("2020-03-27", 1, &list), LegalBasis::Unknown { reason: Reason::PeriodBeforeFirstList, .. }));
        assert!(matches!(ask("2020-03", 1, &list), LegalBasis::Unknown { reason: Reason::PeriodBeforeFirstList, .. }));
        assert!(matches!(ask("2022-01-01", 1, &list), LegalBasis::Ceiling { .. }));
        let LegalBasis::Unknown { reason, reference } = ask("2022-01-02", 1, &list) else { panic!() };
        assert_eq!(reason, Reason::CeilingListOutOfDate);
        assert_eq!(reference.map(|chosen| chosen.binding), Some(d("33052")));
    }

    #[test]
    fn a_gap_between_two_lists_is_not_bridged() {
        let lists = [candidate("33052", START, CUT), candidate("40000", date(2024, 7, 31), date(2026, 7, 24))];
        assert!(matches!(ask("2023-05", 1, &lists), LegalBasis::Unknown { reason: Reason::CeilingListOutOfDate, .. }));
        assert!(matches!(ask("2024-08", 1, &lists), LegalBasis::Ceiling { .. }));
    }

    #[test]
    fn a_month_of_change_is_judged_in_the_sellers_favour_and_says_so() {
        for (first, second) in [("100", "90"), ("90", "100")] {
            let lists = [list_of(first, START, 1), list_of(second, date(2020, 6, 15), 2)];
            let LegalBasis::Ceiling { chosen, remarks } = ask("2020-06", 1, &lists) else { panic!() };
            assert_eq!((chosen.binding, remarks), (d("100"), Remarks { changed: true, two_prices: false }));
        }
        let freed = [list_of("100", START, 1), list_of("-", date(2020, 6, 15), 2)];
        let remarks = Remarks { changed: true, two_prices: false };
        assert_eq!(ask("2020-06", 1, &freed), LegalBasis::NoCeilingForThisStage { remarks });
    }

    #[test]
    fn a_correction_of_the_same_act_wins() {
        let mut corrected = candidate("35000", START, CUT);
        corrected.list_order = 2;
        let LegalBasis::Ceiling { chosen, remarks } = ask("2020-06", 1, &[candidate("33052", START, CUT), corrected]) else {
            panic!()
        };
        assert_eq!((chosen.binding, remarks), (d("35000"), Remarks::default()));
    }

    #[test]
    fn the_margin_belongs_to_an_ips_in_a_final_institutional_sale() {
        let list = [list_of("33052", START, 1), list_of("2929671.1", date(2020, 8, 1), 2)];
        let binding = |period, transaction| match ask(period, transaction, &list) {
            LegalBasis::Ceiling { chosen, .. } => chosen.binding,
            other => panic!("{other:?}"),
        };
        assert_eq!(binding("2020-06", 5), d("35365.64"));
        assert_eq!(binding("2020-06", 3), d("33052"));
        assert_eq!(binding("2020-09", 5), d("3032209.5885"));
    }

    #[test]
    fn of_two_prices_in_one_list_the_higher_binds_and_it_says_so() {
        for (first, second) in [("2100000", "2300000"), ("2300000", "2100000")] {
            let list = [candidate(first, START, CUT), candidate(second, START, CUT)];
            let LegalBasis::Ceiling { chosen, remarks } = ask("2020-06", 1, &list) else { panic!() };
            assert_eq!((chosen.binding, remarks), (d("2300000"), Remarks { changed: false, two_prices: true }));
            assert_eq!(list[chosen.index].amount, Some(d("2300000")));
        }
        let same = [candidate("2100000", START, CUT), candidate("2100000.00", START, CUT)];
        let LegalBasis::Ceiling { chosen, remarks } = ask("2020-06", 1, &same) else { panic!() };
        assert_eq!((chosen.index, remarks), (0, Remarks::default()));
        let LegalBasis::Unknown { reason, reference } = ask("2023-06", 1, &[list_of("5", START, 1), list_of("7", START, 1)])
        else {
            panic!()
        };
        assert_eq!((reason, reference.map(|one| one.binding)), (Reason::CeilingListOutOfDate, Some(d("7"))));
    }

    #[test]
    fn a_list_that_both_binds_and_frees_does_not_bind_and_says_so() {
        let list = [candidate("100", START, CUT), candidate("-", START, CUT)];
        let remarks = Remarks { changed: false, two_prices: true };
        assert_eq!(ask("2020-06", 1, &list), LegalBasis::NoCeilingForThisStage { remarks });
    }

    #[test]
    fn two_margins_count_where_a_margin_may_be_added() {
        let with = |pesos: &str| Candidate { ips_margin: IpsMargin::Pesos(d(pesos)), ..candidate("100", START, CUT) };
        let list = [with("3"), with("7")];
        let ground = |transaction| match ask("2020-06", transaction, &list) {
            LegalBasis::Ceiling { chosen, remarks } => (chosen.binding, remarks.two_prices),
            other => panic!("{other:?}"),
        };
        assert_eq!(ground(5), (d("107"), true));
        assert_eq!(ground(1), (d("100"), false));
    }

    #[test]
    fn another_day_in_one_list_is_history_and_another_list_a_correction() {
        let (early, late) = (list_of("100", START, 1), list_of("90", date(2020, 5, 1), 1));
        let LegalBasis::Ceiling { chosen, remarks } = ask("2020-06", 1, &[early.clone(), late]) else { panic!() };
        assert_eq!((chosen.binding, remarks), (d("90"), Remarks::default()));
        let LegalBasis::Ceiling { chosen, remarks } = ask("2020-06", 1, &[early, list_of("90", START, 2)]) else { panic!() };
        assert_eq!((chosen.binding, remarks), (d("90"), Remarks::default()));
    }
}
