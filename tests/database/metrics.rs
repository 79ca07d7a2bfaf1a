//! What the dashboard and the alert rules ask for is what a service's metrics have.

use std::{
    collections::BTreeSet,
    fs,
    io::Write,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use serde_json::Value;

use crate::kit::{
    client::Client,
    program::{Program, folder},
};

/// Shown only by a service that has what they are about.
const OF_OTHERS: [(&str, &str); 7] = [
    ("mail_attempts_total", "an e-mail that was handed to a relay"),
    ("webhook_attempts_total", "a webhook that was sent"),
    ("database_standby_ready", "a standby"),
    ("database_standby_lag_seconds", "a standby"),
    ("database_reads_total", "a standby"),
    ("database_read_retries_total", "a standby"),
    ("http_deprecated_requests_total", "an operation that will go"),
];
/// What an operator expects, by the beginnings of names.
const GROUPS: [(&str, &[&str]); 10] = [
    (
        "process",
        &[
            "process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds", "process_max_fds",
            "process_start_time_seconds",
        ],
    ),
    ("pool", &["db_pool_connections_open", "db_pool_connections_free", "db_pool_waiting", "database_up"]),
    ("requests", &["http_requests_total", "http_request_duration_seconds", "http_connections_open"]),
    ("cache", &["http_cache_hits_total", "http_cache_current"]),
    ("imports", &["data_set_age_seconds", "data_set_red", "imports_held"]),
    ("feeds", &["feed_failures", "feed_held", "feed_last_success_timestamp_seconds", "feeds_on"]),
    ("webhooks", &["webhook_messages_pending", "webhook_oldest_pending_timestamp_seconds"]),
    ("exports", &["exports_failed_total", "exports_newest_timestamp_seconds"]),
    ("backups", &["backup_verified_timestamp_seconds"]),
    ("disk", &["disk_free_bytes", "disk_size_bytes"]),
];
/// Of a service that was just started: what grows with use comes later.
const SERIES_MAX: usize = 400;
/// The last of what is taken in rounds.
const LAST: [&str; 3] = ["backup_verified_timestamp_seconds", "exports_newest_timestamp_seconds", "disk_free_bytes"];
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
    let text = whole(&client).await;
    let shown = names(&text);
    for (group, members) in GROUPS {
        assert!(members.iter().all(|name| shown.contains(*name)), "{group}: {text}");
    }
    let series = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count();
    println!("{series} series");
    assert!(series < SERIES_MAX, "{series} series: {text}");
    are_figures_of_this_program(&text);
    as_prometheus_reads(&text);
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

fn are_figures_of_this_program(text: &str) {
    let value = |name: &str| -> u64 {
        let line =
            text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).unwrap_or_else(|| panic!("no {name}"));
        line.parse().unwrap()
    };
    assert!(
        value("process_resident_memory_bytes") > 1 << 20 && value("process_open_fds") > 3 && value("process_threads") > 1,
        "{text}"
    );
    assert!(value("disk_size_bytes{folder=\"data\"}") >= value("disk_free_bytes{folder=\"data\"}"), "{text}");
    assert_eq!((value("database_up"), value("feeds_on"), value("imports_held")), (1, 0, 0));
    assert_eq!(value("feed_failures{feed=\"ceilings\"}"), 0);
}

/// All of it: some figures come with the first round of what takes them.
async fn whole(client: &Client) -> String {
    for _ in 0..600 {
        let text = client.get("/metrics").await.body;
        let shown = names(&text);
        if LAST.iter().all(|name| shown.contains(*name)) {
            return text;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("there is no {LAST:?}: {}", client.get("/metrics").await.body);
}

fn names(text: &str) -> BTreeSet<String> {
    let mut shown = BTreeSet::new();
    for (name, kind) in text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' ')) {
        shown.insert(name.to_owned());
        if kind == "histogram" {
            shown.extend(["bucket", "sum", "count"].map(|part| format!("{name}_{part}")));
        }
    }
    shown
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_with_a_listener_of_their_own_are_nowhere_else() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let listen = address.to_string();
    let settings = [("TERMOMETRO_METRICS_LISTEN", listen.as_str())];
    let program = Program::run_with(folder(), &["run"], &settings);
    let own = Client::of_undocumented(address);
    assert!(names(&whole(&own).await).contains("http_connections_open"));
    let read = own.get("/metrics").await;
    assert_eq!(read.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    for (method, path, status) in
        [("GET", "/", 404), ("GET", "/v1/acts", 404), ("GET", "/healthz", 404), ("POST", "/metrics", 405)]
    {
        assert_eq!(own.ask(method, path, "", None).await.status, status, "{method} {path}");
    }
    let head = own.ask("HEAD", "/metrics", "", None).await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    let public = Client::at(program.address);
    assert_eq!((public.get("/metrics").await.status, public.get("/v1/acts").await.status), (404, 200));
}

/// What Prometheus' own tool says, where it is at hand: `make test` fetches it beside the build (scripts/ensure-promtool.sh).
fn promtool(arguments: &[&str], input: &str) {
    let fetched = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("tools").join("promtool");
    for program in [Path::new("promtool"), fetched.as_path()] {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let Ok(mut child) = command.spawn() else { continue };
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let checked = child.wait_with_output().unwrap();
        let said = [checked.stdout, checked.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
        assert!(checked.status.success(), "promtool {arguments:?}: {said}");
        return;
    }
    // Past the harness, which shows nothing of a test that passes.
    let _ = writeln!(std::io::stderr(), "NOT CHECKED: promtool {arguments:?}, there is none (apt-get install prometheus)");
}

/// Names, types and help as Prometheus wants them.
fn as_prometheus_reads(text: &str) {
    // The recorder writes an empty line between families, and the old names will go.
    promtool(&["check", "metrics"], text);
}

#[test]
fn the_alert_rules_are_rules() {
    promtool(&["check", "rules", ops("alerts.yml").to_str().unwrap()], "");
}
