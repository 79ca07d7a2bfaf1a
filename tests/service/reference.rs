//! Ten thousand verdicts recomputed from their worksheets alone, by a separate program in exact fractions (Python).

use std::{io::Write, process::Command};

use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{
    expected::{Expected, column},
    server::Server,
    stage::{Dice, python, read_model},
};

const VERDICTS: usize = 10_000;
const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference");

const UNITS: [&str; 4] = ["pack", "primary_pack", "dispensing_unit", "regulated_unit"];
/// Pesos to ask about where no ceiling says what is near.
const ANYWHERE: [u64; 5] = [2_442, 33_052, 165_260, 619_260, 3_151_289];

/// Every CUM of the sample, with the ceilings it has had, and two that no source knows.
async fn medicines(server: &Server) -> Vec<(String, Vec<Decimal>)> {
    let mut found = vec![("99999998-1".to_owned(), Vec::new()), ("1-1".to_owned(), Vec::new())];
    for cum in column(&server.data("/v1/medicines?limit=1000").await, "cum") {
        let mut amounts = Vec::new();
        for day in ["2018-06-15", "2020-06-15", "2021-09-15", "2024-08-20"] {
            let ceilings = server.data(&format!("/v1/medicines/{cum}/ceilings?as_of={day}")).await;
            let amount = |one: &Value| one["amount"]["amount"].as_str().unwrap().parse::<Decimal>().unwrap();
            amounts.extend(ceilings.as_array().unwrap().iter().map(amount));
        }
        found.push((cum.to_owned(), amounts));
    }
    found
}

/// Mostly at the very limit, where a rounding would show: the ceiling, a hair above, with the margin, for one unit of several.
fn amount(dice: &mut Dice, ceilings: &[Decimal]) -> Decimal {
    let base = if ceilings.is_empty() { Decimal::from(*dice.pick(&ANYWHERE)) } else { *dice.pick(ceilings) };
    let hair = Decimal::new(1, 4);
    let cents = |value: Decimal| value.trunc_with_scale(2);
    let units = Decimal::from(*dice.pick(&[2_u64, 5, 30, 120, 300, 1_500]));
    let near = match dice.roll(13) {
        0 => base,
        1 => base + hair,
        2 => base - hair,
        3 => (base * Decimal::new(107, 2)).trunc_with_scale(4),
        4 => (base * Decimal::new(1035, 3)).trunc_with_scale(4) + hair,
        5 => cents(base / units),
        6 => cents(base / units) + Decimal::new(1, 2),
        7 => base * units,
        8 => (base / Decimal::ONE_HUNDRED).trunc_with_scale(4),
        9 => (base / Decimal::ONE_HUNDRED / units).trunc_with_scale(4),
        10 => cents(base * Decimal::from(5) * Decimal::new(95 + i64::try_from(dice.roll(15)).unwrap(), 2)),
        11 => cents(base / units * Decimal::from(2 + dice.roll(200))),
        _ => cents(base * Decimal::from(60 + dice.roll(120)) / Decimal::ONE_HUNDRED),
    };
    near.max(hair).trunc_with_scale(4)
}

fn question(dice: &mut Dice, medicines: &[(String, Vec<Decimal>)]) -> Value {
    let (cum, ceilings) = if dice.roll(3) == 0 {
        dice.pick(medicines)
    } else {
        let bound: Vec<_> = medicines.iter().filter(|(_, ceilings)| !ceilings.is_empty()).collect();
        *dice.pick(&bound)
    };
    let (year, month) = (2013 + dice.roll(13), 1 + dice.roll(12));
    let (year, month) = if dice.roll(2) == 0 { (2020 + dice.roll(2), month) } else { (year, month) };
    let date =
        if dice.roll(2) == 0 { format!("{year}-{month:02}") } else { format!("{year}-{month:02}-{:02}", 1 + dice.roll(28)) };
    // A list that states two prices begins within a month of these.
    let twice = (dice.roll(20) == 0).then(|| medicines.iter().find(|(cum, _)| cum == "19914312-20")).flatten();
    let (cum, ceilings, date) = match twice {
        Some((cum, ceilings)) => (cum, ceilings, (*dice.pick(&["2021-08", "2021-09", "2021-10-05"])).to_owned()),
        None => (cum, ceilings, date),
    };
    let price = json!({"amount": amount(dice, ceilings).to_string(), "currency": "COP", "per": dice.pick(&UNITS)});
    let mut check = json!({"cum": cum, "price": price, "date": date});
    if dice.roll(4) == 0 {
        check["channel"] = json!(dice.pick(&["institutional", "commercial"]));
        check["stage"] = json!(dice.pick(&["primary", "secondary", "final"]));
    } else {
        check["transaction"] = json!((1 + dice.roll(5)).to_string());
    }
    if dice.roll(3) == 0 {
        check["seller"] = json!(dice.pick(&["ips", "other"]));
    }
    check
}

/// Without Python the verdicts cannot be recomputed here: said aloud, and a failure where every machine has it.
pub fn has_python() -> bool {
    if Command::new("python3").arg("--version").output().is_ok_and(|output| output.status.success()) {
        return true;
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "python3 recomputes the verdicts: install it");
    std::io::stderr().write_all(b"SKIPPED: no verdict was recomputed, python3 is missing\n").unwrap();
    false
}

/// The same verdicts by another program, in another language, from the worksheets alone.
pub fn recomputed(verdicts: &[Value]) {
    if !has_python() {
        return;
    }
    let lines: String = verdicts.iter().map(|verdict| format!("{verdict}\n")).collect();
    let output = python(&[&format!("{SCRIPTS}/evaluate.py")], lines.as_bytes());
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains(&format!("{} verdicts, 0 differences", verdicts.len())), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_verdicts_recompute_from_their_worksheets() {
    if !has_python() {
        return;
    }
    let database = crate::support::database_with_sample("reference").await;
    let twice = crate::doubts::list_with_two_prices("reference_20210901.csv");
    crate::support::import(&database, termometro::ingest::SourceKind::Ceilings, &twice).await;
    let server = Server::on(read_model(&database)).await;
    let medicines = medicines(&server).await;
    let mut dice = Dice(20_261_123);
    let checks: Vec<Value> = (0..VERDICTS).map(|_| question(&mut dice, &medicines)).collect();
    let answered = server.post("/v1/checks", &json!({"checks": checks})).await.data(200);
    let verdicts = answered.as_array().unwrap();
    let mut kinds = std::collections::BTreeMap::<&str, usize>::new();
    let mut doubts = std::collections::BTreeMap::<String, usize>::new();
    for verdict in verdicts {
        *kinds.entry(verdict["verdict"].as_str().unwrap()).or_default() += 1;
        for reason in verdict["reasons"].as_array().unwrap() {
            *doubts.entry(reason.as_str().unwrap().to_owned()).or_default() += 1;
        }
        for reading in verdict["other_readings"].as_array().unwrap() {
            let of_a_pack = reading["cum"].is_string();
            let kind = if of_a_pack { "another pack" } else { reading["per"].as_str().unwrap() };
            *doubts.entry(format!("{kind} {}", reading["verdict"].as_str().unwrap())).or_default() += 1;
        }
    }
    for doubt in [
        "another_unit_fits", "implausibly_low", "medical_sample", "list_states_two_prices", "ceiling_changed_in_period",
        "pack within", "pack above", "dispensing_unit within", "dispensing_unit above", "another pack within",
        "another pack above",
    ] {
        assert!(doubts.get(doubt).is_some_and(|times| *times >= 10), "{doubt} must occur: {doubts:#?}");
    }
    assert!(kinds.len() == 5 && kinds.values().all(|count| *count >= 100), "all five verdicts must occur: {kinds:?}");
    assert_eq!(verdicts.len(), VERDICTS);
    recomputed(verdicts);
}

#[test]
fn the_evaluator_refuses_altered_worksheets() {
    if !has_python() {
        return;
    }
    let output = Command::new("python3").arg(format!("{SCRIPTS}/evaluate.py")).arg("--self-test").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
