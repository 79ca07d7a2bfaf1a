//! The law side of a verdict: which ceiling binds a sale of one presentation, at one place, in one period.
//!
//! It does not look at any price, so thousands of reports of one product and month share one basis.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    channel::Place,
    cum::Cum,
    exact,
    law::{Basis as CeilingBasis, Candidate, Rules, Seller},
    period::Period,
    reason::Reason,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Question {
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
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ground {
    Ceiling { chosen: Chosen, changed: bool },
    NoCeilingForThisStage { changed: bool },
    NotRegulated,
    Unknown { reason: Reason, reference: Option<Chosen> },
}

/// What one stretch of the period says.
enum Segment {
    Ceiling(Chosen),
    NotBound,
    Unknown(Reason, Option<Chosen>),
}

/// The ground for a verdict, from the candidates known for this place.
pub fn ground(question: &Question, candidates: &[Candidate], rules: &Rules, absence: &Absence) -> Ground {
    if candidates.is_empty() {
        return match absence {
            Absence::Unknown(reason) => Ground::Unknown { reason: *reason, reference: None },
            Absence::NotRegulated(_) => Ground::NotRegulated,
        };
    }
    let segments = starts(&question.period, candidates, rules).into_iter().map(|day| segment(question, day, candidates, rules));
    combine(segments.collect())
}

/// The first days of the stretches within which nothing changes.
fn starts(period: &Period, candidates: &[Candidate], rules: &Rules) -> Vec<Date> {
    let cuts = candidates.iter().flat_map(|candidate| [Some(candidate.valid_from), candidate.silent_from(rules)]);
    let inside = cuts.flatten().filter(|day| period.from < *day && *day < period.until);
    let mut days: Vec<Date> = std::iter::once(period.from).chain(inside).collect();
    days.sort_unstable();
    days.dedup();
    days
}

fn segment(question: &Question, day: Date, candidates: &[Candidate], rules: &Rules) -> Segment {
    let in_force = candidates.iter().enumerate().filter(|(_, candidate)| candidate.valid_from <= day);
    let Some((index, candidate)) = in_force.max_by_key(|(_, c)| (c.valid_from, c.list_cut_date, c.list_order)) else {
        return Segment::Unknown(Reason::PeriodBeforeFirstList, None);
    };
    let chosen = match candidate.amount {
        None => Ok(None),
        Some(amount) => choose(question, index, candidate, amount, rules).map(Some),
    };
    let silent = candidate.silent_from(rules).is_none_or(|silent| day >= silent);
    match (silent, chosen) {
        (true, chosen) => Segment::Unknown(Reason::CeilingListOutOfDate, chosen.ok().flatten()),
        (false, Ok(None)) => Segment::NotBound,
        (false, Ok(Some(chosen))) => Segment::Ceiling(chosen),
        (false, Err(reason)) => Segment::Unknown(reason, None),
    }
}

fn choose(question: &Question, index: usize, candidate: &Candidate, amount: Decimal, rules: &Rules) -> Result<Chosen, Reason> {
    let margin = candidate.margin(question.place, question.seller, rules).ok_or(Reason::MarginRuleMissing)?;
    let binding = exact::sum(amount, margin).ok_or(Reason::AmountOutOfRange)?;
    let (basis, act, valid_from) = (candidate.basis, candidate.act.clone(), candidate.valid_from);
    Ok(Chosen { index, amount, margin, binding, basis, act, valid_from })
}

/// Doubt wins over everything, then freedom, then the highest ceiling: never against the seller.
fn combine(segments: Vec<Segment>) -> Ground {
    let mut ceilings: Vec<Chosen> = Vec::new();
    // The latest ceiling that the period touches, stale or not: shown for reference when nothing can be told.
    let mut latest: Option<Chosen> = None;
    let mut reasons: Vec<Reason> = Vec::new();
    let mut not_bound = 0;
    for segment in segments {
        match segment {
            Segment::Ceiling(chosen) => {
                latest = Some(chosen.clone());
                ceilings.push(chosen);
            }
            Segment::NotBound => not_bound += 1,
            Segment::Unknown(reason, reference) => {
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
        return Ground::Unknown { reason, reference: latest };
    }
    match best {
        Some(chosen) if not_bound == 0 => Ground::Ceiling { chosen, changed },
        _ => Ground::NoCeilingForThisStage { changed },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::law::{IpsMargin, MarginRule};
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
        }
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

    fn ask(period: &str, transaction: u8, candidates: &[Candidate]) -> Ground {
        let place = Place::from_transaction(transaction).unwrap();
        let question =
            Question { cum: Cum::new(1, 1), period: Period::parse(period).unwrap(), place, seller: Seller::usual(place) };
        ground(&question, candidates, &rules(), &Absence::Unknown(Reason::UnknownMedicine))
    }

    const START: Date = date(2020, 3, 28);
    const CUT: Date = date(2021, 9, 3);

    #[test]
    fn a_list_speaks_from_its_acts_to_its_age_limit() {
        let list = [candidate("33052", START, CUT)];
        assert!(matches!(ask("2020-03-28", 1, &list), Ground::Ceiling { .. }));
        assert!(matches!(ask("2020-03-27", 1, &list), Ground::Unknown { reason: Reason::PeriodBeforeFirstList, .. }));
        assert!(matches!(ask("2020-03", 1, &list), Ground::Unknown { reason: Reason::PeriodBeforeFirstList, .. }));
        assert!(matches!(ask("2022-01-01", 1, &list), Ground::Ceiling { .. }));
        let Ground::Unknown { reason, reference } = ask("2022-01-02", 1, &list) else { panic!() };
        assert_eq!(reason, Reason::CeilingListOutOfDate);
        assert_eq!(reference.map(|chosen| chosen.binding), Some(d("33052")));
    }

    #[test]
    fn a_gap_between_two_lists_is_not_bridged() {
        let lists = [candidate("33052", START, CUT), candidate("40000", date(2024, 7, 31), date(2026, 7, 24))];
        assert!(matches!(ask("2023-05", 1, &lists), Ground::Unknown { reason: Reason::CeilingListOutOfDate, .. }));
        assert!(matches!(ask("2024-08", 1, &lists), Ground::Ceiling { .. }));
    }

    #[test]
    fn a_month_of_change_is_judged_in_the_sellers_favour_and_says_so() {
        for (first, second) in [("100", "90"), ("90", "100")] {
            let lists = [candidate(first, START, CUT), candidate(second, date(2020, 6, 15), CUT)];
            let Ground::Ceiling { chosen, changed } = ask("2020-06", 1, &lists) else { panic!() };
            assert_eq!((chosen.binding, changed), (d("100"), true));
        }
        let freed = [candidate("100", START, CUT), candidate("-", date(2020, 6, 15), CUT)];
        assert_eq!(ask("2020-06", 1, &freed), Ground::NoCeilingForThisStage { changed: true });
    }

    #[test]
    fn a_correction_of_the_same_act_wins() {
        let mut corrected = candidate("35000", START, CUT);
        corrected.list_order = 2;
        let Ground::Ceiling { chosen, changed } = ask("2020-06", 1, &[candidate("33052", START, CUT), corrected]) else {
            panic!()
        };
        assert_eq!((chosen.binding, changed), (d("35000"), false));
    }

    #[test]
    fn the_margin_belongs_to_an_ips_in_a_final_institutional_sale() {
        let list = [candidate("33052", START, CUT), candidate("2929671.1", date(2020, 8, 1), CUT)];
        let binding = |period, transaction| match ask(period, transaction, &list) {
            Ground::Ceiling { chosen, .. } => chosen.binding,
            other => panic!("{other:?}"),
        };
        assert_eq!(binding("2020-06", 5), d("35365.64"));
        assert_eq!(binding("2020-06", 3), d("33052"));
        assert_eq!(binding("2020-09", 5), d("3032209.5885"));
    }
}
