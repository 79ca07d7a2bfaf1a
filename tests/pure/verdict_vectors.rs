//! The published vectors: exact-limit grids, rounding bands, and real cases.

use rust_decimal::Decimal;
use termometro::domain::{
    identifier::cum::Cum,
    law::{
        basis::{Chosen, LegalBasis, Remarks},
        lawbook::Sibling,
        rules::{CeilingOrigin, Facts},
    },
    number::exact,
    reason::Reason,
    verdict::{
        comparison::{Observed, Per},
        judge::{Judgement, Verdict, judge},
        rounding_band::RoundedTo,
    },
};

use crate::kit::alone::size;

fn d(text: &str) -> Decimal {
    text.parse().expect("test figure")
}

fn ceiling(amount: Decimal) -> LegalBasis {
    let (basis, act, valid_from) = (CeilingOrigin::PublishedForCum, "act".to_owned(), jiff::civil::date(2020, 3, 28));
    let chosen = Chosen { index: 0, amount, margin: Decimal::ZERO, binding: amount, basis, act, valid_from, financing: None };
    LegalBasis::Ceiling { chosen, remarks: Remarks::default() }
}

fn pack_of(units: Decimal) -> Facts {
    Facts { dispensing_units: Some(units), ..Facts::default() }
}

fn price(amount: Decimal, per: Per) -> Option<Observed> {
    Some(Observed { amount, divided_by: Decimal::ONE, per })
}

fn check(amount: &str, per: Per, limit: &str, units: &str, siblings: &[Sibling]) -> Judgement {
    judge(price(d(amount), per), &ceiling(d(limit)), &pack_of(d(units)), siblings)
}

fn percent(judgement: &Judgement) -> String {
    judgement.excess.as_ref().map(|excess| excess.percent.to_string()).unwrap_or_default()
}

const PACKS: [i64; 7] = [3, 7, 12, 28, 30, 60, 100];

/// Prices typed exactly at the limit, and one cent over it: binary floats flag 12.6 % of the first. All of them are 1.4 million.
#[test]
fn at_the_limit_is_never_above_and_one_cent_over_always_is() {
    let (mut tried, mut false_above, mut missed) = (0_usize, 0_u32, 0_u32);
    let cent = Decimal::new(1, 2);
    let step = size(1, 11);
    for cents in (1..200_000).step_by(step) {
        let unit = Decimal::new(cents, 2);
        for count in PACKS.map(Decimal::from) {
            tried += 1;
            let limit = exact::product(unit, count).expect("small");
            let (ground, facts) = (ceiling(limit), pack_of(count));
            let at = judge(price(unit, Per::DispensingUnit), &ground, &facts, &[]);
            let over = judge(price(limit + cent, Per::Pack), &ground, &facts, &[]);
            false_above += u32::from(at.verdict != Verdict::Within);
            missed += u32::from(over.verdict != Verdict::Above);
        }
    }
    assert_eq!((tried, false_above, missed), (199_999_usize.div_ceil(step) * PACKS.len(), 0, 0));
}

/// The grids of `rounding_band.py`: every seller who rounded the unit price half-up is told so; a cent more is not.
#[test]
fn rounding_of_the_unit_price_is_recognised_and_nothing_beyond_it() {
    let (mut broken, mut beyond) = (0, 0);
    for cents in (100_000..60_000_000_i64).step_by(9_973) {
        let limit = Decimal::new(cents, 2);
        for (count, (places, to)) in PACKS.into_iter().flat_map(|n| [(n, (2, RoundedTo::Cent)), (n, (0, RoundedTo::Peso))]) {
            let count = Decimal::from(count);
            let unit = exact::quotient_half_up(limit, count, places).expect("small");
            let facts = pack_of(count);
            let judgement = judge(price(unit, Per::DispensingUnit), &ceiling(limit), &facts, &[]);
            if let Some(excess) = &judgement.excess {
                broken += 1;
                let (_, explained) = excess.rounding.explained.expect("rounding explains it");
                assert!(explained == to || explained == RoundedTo::Cent, "{limit} / {count}");
            }
            let more = unit + Decimal::new(1, 2);
            let judgement = judge(price(more, Per::DispensingUnit), &ceiling(limit), &facts, &[]);
            if let Some(excess) = judgement.excess.filter(|_| !more.fract().is_zero()) {
                beyond += 1;
                assert!(
                    places == 0 && excess.rounding.explained.is_some_and(|(_, to)| to == RoundedTo::Cent)
                        || excess.rounding.explained.is_none(),
                    "{limit} / {count} at {more}"
                );
            }
        }
    }
    assert!(broken > 30_000 && beyond > 30_000, "{broken} {beyond}");
}

#[test]
fn lantus_at_five_times_the_price_has_the_five_pen_reading() {
    let five = Sibling { cum: Cum::new(19_914_312, 21), dispensing_units: d("5"), binding: d("165259.98") };
    let six = Sibling { cum: Cum::new(19_914_312, 16), dispensing_units: d("6"), binding: d("198311.98") };
    let judgement = check("171764", Per::Pack, "33052", "1", &[six, five.clone(), five]);
    assert_eq!((judgement.verdict, percent(&judgement).as_str()), (Verdict::Above, "419.6781"));
    let excess = judgement.excess.expect("above");
    assert_eq!(excess.amount, d("138712"));
    assert_eq!(excess.rounding.explained, None);
    assert_eq!(excess.other_readings.len(), 1);
    let reading = &excess.other_readings[0];
    assert_eq!((reading.as_if.label().as_str(), reading.excess_percent), ("pack of 5", Some(d("3.9356"))));
    assert_eq!(reading.ratio, d("1.04"));
    assert_eq!(judgement.reasons, [Reason::AnotherUnitFits]);
}

/// Pradaxa by the capsule against its box of thirty, then under Circular 10/2020: what fits the box is a question, however far below
/// its ceiling.
#[test]
fn a_price_of_a_capsule_always_has_the_reading_as_the_box() {
    for (amount, limit, excess, ratio, as_box) in [
        ("63546", "60060", "3074.1259", "1.06", Some("5.8042")),
        ("63546", "73251.01", "2502.5307", "0.87", None),
        ("65000", "73251.01", "2562.0793", "0.89", None),
        ("66000", "73251.01", "2603.0344", "0.90", None),
        ("40000", "73251.01", "1538.2027", "0.55", None),
        ("2442", "73251.01", "0.0123", "0.03", None),
    ] {
        let judgement = check(amount, Per::DispensingUnit, limit, "30", &[]);
        assert_eq!((&*percent(&judgement), &*judgement.reasons), (excess, &[Reason::AnotherUnitFits][..]), "{amount}");
        let readings = judgement.excess.expect("above").other_readings;
        let [reading] = readings.as_slice() else { panic!("{amount}: one reading") };
        assert_eq!((&*reading.as_if.label(), &*reading.ratio_text()), ("pack", ratio), "{amount}");
        assert_eq!((reading.above, reading.excess_percent), (as_box.is_some(), as_box.map(d)), "{amount}");
        assert_eq!(reading.ceiling, d(limit));
    }
    assert_eq!(check("63546", Per::Pack, "73251.01", "30", &[]).verdict, Verdict::Within);
}

#[test]
fn a_hundredth_of_the_ceiling_or_less_is_asked_about_in_every_unit() {
    for (amount, per, low) in [
        ("732.51", Per::Pack, true),
        ("732.52", Per::Pack, false),
        ("24.417", Per::DispensingUnit, true),
        ("24.4171", Per::DispensingUnit, false),
    ] {
        let judgement = check(amount, per, "73251.01", "30", &[]);
        let wanted = if low { vec![Reason::ImplausiblyLow] } else { Vec::new() };
        assert_eq!((judgement.verdict, judgement.reasons), (Verdict::Within, wanted), "{amount}");
    }
}

/// Xalatan, and published sanctions.
#[test]
fn prices_of_a_pack_of_one_recompute_and_fit_no_other() {
    for (limit, paid, excess) in [
        ("14933.8", "112167", "651.0948"),
        ("585368.42", "4750000", "711.4548"),
        ("1691122.48", "11601138", "586.0022"),
        ("12089", "32000", "164.7034"),
    ] {
        let judgement = check(paid, Per::Pack, limit, "1", &[]);
        assert_eq!(percent(&judgement), excess, "{paid}");
        assert_eq!(judgement.excess.map(|excess| excess.other_readings), Some(Vec::new()), "{paid}");
    }
    let judgement = check("11", Per::DispensingUnit, "1099.73", "100", &[]);
    assert_eq!(percent(&judgement), "0.0246");
    assert!(judgement.excess.is_some_and(|excess| excess.rounding.explained == Some((d("100"), RoundedTo::Cent))));
}

#[test]
fn what_cannot_be_converted_or_is_missing_is_not_judged() {
    let unknown = judge(price(d("999999"), Per::DispensingUnit), &ceiling(d("1")), &Facts::default(), &[]);
    assert_eq!((unknown.verdict, unknown.reasons), (Verdict::CannotCompare, vec![Reason::UnitNotConvertible]));
    let blister = check("999999", Per::PrimaryPack, "1", "30", &[]);
    assert_eq!(blister.reasons, [Reason::UnitNotConvertible]);
    for nothing in [None, price(Decimal::ZERO, Per::Pack)] {
        let judgement = judge(nothing, &ceiling(d("1")), &pack_of(d("1")), &[]);
        assert_eq!((judgement.verdict, judgement.reasons), (Verdict::CannotCompare, vec![Reason::PriceMissing]));
    }
}

proptest::proptest! {
    /// Restating both sides per unit, per pack or per thousand units changes nothing.
    #[test]
    fn the_verdict_does_not_depend_on_the_footing(unit in 1_i64..2_000_000, limit in 1_i64..200_000_000, count in 1_i64..1_000) {
        let (unit, limit, count) = (Decimal::new(unit, 2), Decimal::new(limit, 2), Decimal::from(count));
        let facts = pack_of(count);
        let per_unit = judge(price(unit, Per::DispensingUnit), &ceiling(limit), &facts, &[]);
        let per_pack = judge(price(unit * count, Per::Pack), &ceiling(limit), &facts, &[]);
        let thousand = Decimal::ONE_THOUSAND;
        let average = Observed { amount: unit * thousand, divided_by: thousand, per: Per::DispensingUnit };
        let average = judge(Some(average), &ceiling(limit), &facts, &[]);
        proptest::prop_assert_eq!(per_unit.verdict, per_pack.verdict);
        proptest::prop_assert_eq!(per_unit.verdict, average.verdict);
        let figures = |judgement: &Judgement| judgement.excess.as_ref().map(|excess| (excess.amount, excess.percent));
        proptest::prop_assert_eq!(figures(&per_unit), figures(&per_pack));
        proptest::prop_assert_eq!(figures(&per_unit), figures(&average));
    }
}
