//! What the dashboard and the alert rules ask for is what a service's metrics have.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::kit::{client::Client, program::Program};

/// Shown only by a service that has what they are about.
const OF_OTHERS: [(&str, &str); 6] = [
    ("webhook_attempts_total", "a webhook that was sent"),
    ("database_standby_ready", "a standby"),
    ("database_standby_lag_seconds", "a standby"),
    ("database_reads_total", "a standby"),
    ("database_read_retries_total", "a standby"),
    ("http_deprecated_requests_total", "an operation that will go"),
];
/// Of the language of the questions.
const NO_METRICS: [&str; 2] = ["histogram_quantile", "__rate_interval"];

fn ops(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ops").join(name)
}

/// The questions of the alert rules, and those of the dashboard.
fn questions() -> Vec<String> {
    let alerts = fs::read_to_string(ops("alerts.yml")).unwrap();
    let mut found: Vec<String> =
        alerts.lines().filter_map(|line| line.trim().strip_prefix("expr: ")).map(str::to_owned).collect();
    assert!(found.len() >= 10, "{found:?}");
    let dashboard: Value = serde_json::from_slice(&fs::read(ops("grafana.json")).unwrap()).unwrap();
    for panel in dashboard["panels"].as_array().unwrap() {
        let targets = panel["targets"].as_array().unwrap();
        assert!(!targets.is_empty(), "{panel}");
        found.extend(targets.iter().map(|target| target["expr"].as_str().unwrap().to_owned()));
    }
    found
}

/// Metrics have an underscore in their names; functions and labels, but for some, do not.
fn metrics_in(question: &str) -> impl Iterator<Item = &str> {
    let words = question.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
    words.filter(|word| word.contains('_') && !NO_METRICS.contains(word))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_metric_of_the_dashboard_and_of_the_alert_rules_is_there() {
    let program = Program::run(&["run"]);
    let client = Client::at(program.address);
    client.get("/v1/acts").await;
    let mut shown = BTreeSet::new();
    // Some come with the first round of what watches them.
    while !shown.contains("backup_verified_timestamp_seconds") {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        let text = client.get("/metrics").await.body;
        let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '));
        for (name, kind) in types {
            shown.insert(name.to_owned());
            if kind == "histogram" {
                shown.extend(["bucket", "sum", "count"].map(|part| format!("{name}_{part}")));
            }
        }
    }
    let source = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http/base/metrics.rs")).unwrap();
    for (name, needs) in OF_OTHERS {
        assert!(!shown.contains(name), "{name} is shown without {needs}");
        assert!(source.contains(&format!("\"{name}\"")), "{name} is described nowhere");
    }
    let known = |name: &str| shown.contains(name) || OF_OTHERS.iter().any(|(other, _)| *other == name);
    let mut asked_for = 0;
    for question in questions() {
        for name in metrics_in(&question) {
            assert!(known(name), "there is no {name}: {question}");
            asked_for += 1;
        }
    }
    assert!(asked_for > 30, "{asked_for}");
}

/// By Prometheus itself, where it is at hand.
#[test]
fn the_alert_rules_are_rules() {
    match Command::new("promtool").args(["check", "rules"]).arg(ops("alerts.yml")).output() {
        Ok(checked) => assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr)),
        Err(_) => println!("NOT CHECKED: ops/alerts.yml, there is no promtool (apt-get install prometheus)"),
    }
}
