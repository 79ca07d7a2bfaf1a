//! Ten thousand verdicts recomputed from their worksheets alone, by a separate program in exact fractions (Python).

use std::{
    io::Write,
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use crate::server::Server;

const VERDICTS: usize = 10_000;
const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference");

/// A small generator with a fixed seed: the same ten thousand questions everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[usize::try_from(self.roll(list.len() as u64)).unwrap()]
    }
}

const CUMS: [&str; 14] = [
    "19914312-20",
    "19914312-21",
    "19914312-2",
    "19914262-2",
    "19993896-1",
    "19993896-2",
    "19967068-1",
    "19939440-1",
    "33103-2",
    "20013754-1",
    "20021986-2",
    "90000101-1",
    "20151854-1",
    "99999998-1",
];
const UNITS: [&str; 4] = ["pack", "primary_pack", "dispensing_unit", "regulated_unit"];
const AROUND: [u64; 8] = [33_052, 165_260, 73_251, 2_442, 110, 108_048, 619_260, 3_151_289];

fn question(dice: &mut Dice) -> Value {
    let base = *dice.pick(&AROUND);
    let amount = format!("{}.{:02}", base * (60 + dice.roll(120)) / 100 + 1, dice.roll(100));
    let (year, month) = (2019 + dice.roll(6), 1 + dice.roll(12));
    let date =
        if dice.roll(2) == 0 { format!("{year}-{month:02}") } else { format!("{year}-{month:02}-{:02}", 1 + dice.roll(28)) };
    let price = json!({"amount": amount, "currency": "COP", "per": dice.pick(&UNITS)});
    let mut check = json!({"cum": dice.pick(&CUMS), "price": price, "date": date});
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

fn evaluate(lines: &str) -> (bool, String) {
    let mut python = Command::new("python3")
        .arg(format!("{SCRIPTS}/evaluate.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 recomputes the verdicts: install it");
    python.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = python.wait_with_output().unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_verdicts_recompute_from_their_worksheets() {
    let server = Server::with_the_sample().await;
    let mut dice = Dice(20_261_123);
    let checks: Vec<Value> = (0..VERDICTS).map(|_| question(&mut dice)).collect();
    let answer = server.post("/v1/checks", &json!({"checks": checks})).await;
    assert_eq!(answer.status, 200, "{}", &answer.body[..answer.body.len().min(2_000)]);
    let body = answer.json();
    let verdicts = body["data"].as_array().unwrap();
    let kinds: std::collections::HashSet<&str> = verdicts.iter().filter_map(|one| one["verdict"].as_str()).collect();
    assert_eq!(kinds.len(), 5, "all five verdicts must occur: {kinds:?}");
    let lines: String = verdicts.iter().map(|verdict| format!("{verdict}\n")).collect();
    let (agreed, said) = tokio::task::spawn_blocking(move || evaluate(&lines)).await.unwrap();
    assert!(agreed && said.contains("10000 verdicts, 0 differences"), "{said}");
}

#[test]
fn the_evaluator_refuses_altered_worksheets() {
    let output = Command::new("python3").arg(format!("{SCRIPTS}/evaluate.py")).arg("--self-test").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
