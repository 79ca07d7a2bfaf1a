//! Savings against their definition: every line against all others, in exact fractions, and by a second program from the CSV of the lines.

use std::{fmt::Write, process::Command};

use jiff::civil::{Date, date};
use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;
use rust_decimal::Decimal;
use termometro::domain::{
    number::amount,
    purchases::indicators::{BUYERS_MIN, FigureLine, GroupFigures, LINES_MIN, RegulatedFigure, SELLERS_MIN, figures, groups},
    verdict::judge::Verdict,
};

use crate::kit::folder::written;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/purchase_savings.py");

fn rational(x: Decimal) -> BigRational {
    BigRational::new(BigInt::from(x.mantissa()), BigInt::from(10).pow(x.scale()))
}

fn whole(number: i64) -> BigRational {
    BigRational::from(BigInt::from(number))
}

/// Cents and tenths, so that many prices are alike.
fn line() -> impl Strategy<Value = FigureLine> {
    let prices = prop_oneof![3 => 1_i64..400, 1 => 1_i64..100_000_000];
    let facts =
        (prices, 0_u32..3, 0_i64..1_000_000, 0_u32..5, prop::option::weighted(0.9, 0_u32..4), 0_i8..2, prop::bool::weighted(0.9));
    facts.prop_map(|(price, scale, units, buyer, seller, quarter, counts)| FigureLine {
        ordered_on: date(2024, 3 + quarter, 31 - quarter),
        buyer: format!("b{buyer}"),
        seller: seller.map(|seller| format!("s{seller}")),
        counts,
        verdict: Verdict::CannotCompare,
        described: Some("presentation".to_owned()),
        market: Some("96".to_owned()),
        regulated: Some(RegulatedFigure {
            unit: "mg".to_owned(),
            price: Decimal::new(price, scale),
            units: Some(Decimal::new(units, 1)),
        }),
        quantity_band: Some(2),
    })
}

fn all(lines: &[FigureLine]) -> Vec<GroupFigures> {
    groups(lines).iter().map(|(key, group)| figures(key, group, |_| true)).collect()
}

fn of_quarter(lines: &[FigureLine], quarter: &str) -> Vec<FigureLine> {
    let of = |day: Date| format!("{}-Q{}", day.year(), (i32::from(day.month()) - 1) / 3 + 1);
    lines.iter().filter(|line| line.counts && of(line.ordered_on) == quarter).cloned().collect()
}

/// The definition, in as many steps as there are pairs of lines. `None`: not enough of them.
fn by_definition(lines: &[FigureLine]) -> Option<BigRational> {
    let different = |mut names: Vec<&String>| {
        names.sort();
        names.dedup();
        names.len()
    };
    let buyers = different(lines.iter().map(|line| &line.buyer).collect());
    let sellers = different(lines.iter().filter_map(|line| line.seller.as_ref()).collect());
    if lines.len() < LINES_MIN || buyers < BUYERS_MIN || sellers < SELLERS_MIN {
        return None;
    }
    let prices: Vec<BigRational> = lines.iter().map(|line| rational(line.regulated.as_ref().unwrap().price)).collect();
    let mut sum = whole(0);
    for (at, line) in lines.iter().enumerate() {
        let mut others = prices.clone();
        let own = others.remove(at);
        others.sort();
        let middle = others.len() / 2;
        let median = if others.len() % 2 == 1 {
            others[middle].clone()
        } else {
            (others[middle - 1].clone() + others[middle].clone()) / whole(2)
        };
        if own > median {
            sum += (own - median) * rational(line.regulated.as_ref().unwrap().units.unwrap());
        }
    }
    Some(sum)
}

proptest! {
    #[test]
    fn a_saving_is_that_of_the_definition(lines in prop::collection::vec(line(), 0..60)) {
        for group in all(&lines) {
            let own = of_quarter(&lines, &group.key.quarter.to_string());
            prop_assert_eq!(group.counts.lines, own.len());
            prop_assert_eq!(group.saving_at_median.map(rational), by_definition(&own));
            prop_assert_eq!(group.saving_at_median.is_some(), group.spread.is_some());
            prop_assert!(group.saving_at_median.is_none_or(|saving| saving >= Decimal::ZERO));
        }
    }

    #[test]
    fn the_order_of_lines_changes_nothing_and_what_does_not_count_neither(
        lines in prop::collection::vec(line(), 0..40), broken in prop::collection::vec(line(), 0..5), turn in 0_usize..40,
    ) {
        let mut others = lines.clone();
        others.rotate_left(turn.min(lines.len()));
        others.extend(broken.into_iter().map(|line| FigureLine { counts: false, ..line }));
        prop_assert_eq!(all(&others), all(&lines));
    }

    #[test]
    fn what_each_buyer_could_have_saved_adds_up(lines in prop::collection::vec(line(), 0..60)) {
        for (key, group) in &groups(&lines) {
            let of_all = figures(key, group, |_| true).saving_at_median.map(rational);
            let of_each = (0..5).map(|buyer| figures(key, group, |line| line.buyer == format!("b{buyer}")).saving_at_median);
            let sum: Option<BigRational> = of_each.map(|saving| saving.map(rational)).sum();
            prop_assert_eq!(sum, of_all);
        }
    }
}

/// As `/v1/purchases` writes the columns that figures depend on.
fn lines_csv(lines: &[FigureLine]) -> String {
    let mut csv =
        "ordered_on,buyer_nit,seller_nit,quantity,counts,market,regulated_price,regulated_unit,regulated_units\n".to_owned();
    for FigureLine { ordered_on, buyer, seller, counts, regulated, .. } in lines {
        let (seller, regulated) = (seller.as_deref().unwrap_or_default(), regulated.as_ref().unwrap());
        let (price, units) = (amount::plain(regulated.price), regulated.units.map(amount::plain).unwrap_or_default());
        writeln!(csv, "{ordered_on},{buyer},{seller},99.5,{counts},96,{price},mg,{units}").unwrap();
    }
    csv
}

fn groups_csv(groups: &[GroupFigures]) -> String {
    let mut csv = "market,quarter,quantity_up_to,regulated_unit,lines,buyers,sellers,saving\n".to_owned();
    for GroupFigures { key, counts, buyers, sellers, saving_at_median, .. } in groups {
        let saving = saving_at_median.map(amount::plain).unwrap_or_default();
        writeln!(csv, "96,{},100,mg,{},{buyers},{sellers},{saving}", key.quarter, counts.lines).unwrap();
    }
    csv
}

#[test]
fn a_second_program_finds_the_same_savings() {
    if !Command::new("python3").arg("--version").output().is_ok_and(|output| output.status.success()) {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "python3 recomputes the savings: install it");
        eprintln!("SKIPPED: savings were not recomputed by the second program, python3 is missing");
        return;
    }
    let lines: Vec<FigureLine> = (0..240_i64)
        .map(|at| FigureLine {
            ordered_on: date(2024, 1 + i8::try_from(at % 12).unwrap(), 15),
            buyer: format!("b{}", at % 7),
            seller: (at % 11 != 0).then(|| format!("s{}", at % 5)),
            counts: at % 17 != 0,
            verdict: Verdict::Within,
            described: None,
            market: Some("96".to_owned()),
            regulated: Some(RegulatedFigure {
                unit: "mg".to_owned(),
                price: Decimal::new(10_000 + at * at * 7_919 % 5_003, 2),
                units: Some(Decimal::new(1 + at * 31 % 997, 1)),
            }),
            quantity_band: Some(2),
        })
        .collect();
    let found = all(&lines);
    assert!(found.len() == 4 && found.iter().all(|group| group.saving_at_median.is_some()), "{found:?}");
    let run = |groups: &str| {
        let (lines, groups) = (written("lines.csv", lines_csv(&lines)), written("groups.csv", groups));
        let output = Command::new("python3").args(["-B", SCRIPT]).arg(lines).arg("--against").arg(groups).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let same = groups_csv(&found);
    assert_eq!(run(&same), (Some(0), "groups: 4, differing: 0\n".to_owned()));
    let mut other = found;
    other[2].saving_at_median = other[2].saving_at_median.map(|saving| saving + Decimal::new(1, 4));
    let (code, said) = run(&groups_csv(&other));
    assert!(code == Some(1) && said.ends_with("groups: 4, differing: 1\n"), "{said}");
}
