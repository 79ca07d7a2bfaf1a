//! Counters and times of requests, labelled by path template so that their number stays bounded.

use std::{sync::OnceLock, time::Duration};

use hyper::StatusCode;
use metrics::{Counter, Histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];
const REQUEST_SECONDS: &str = "http_request_duration_seconds";
const ABANDONED: &str = "http_requests_abandoned_total";
/// Shown from the start: an alarm sees the first one only if there was a 0 before.
const COUNTED_FROM_ZERO: [&str; 6] = [
    ABANDONED, "http_panics_total", "http_auth_failures_total", "http_connections_refused_total", "db_reads_refused_total",
    "exports_failed_total",
];
/// How often recorded times are folded into buckets even if the metrics are not read.
pub const UPKEEP_INTERVAL: Duration = Duration::from_secs(5);

/// The process-wide recorder, made on first use so that no handle is ever taken before it exists.
pub fn recorder() -> &'static PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    RECORDER.get_or_init(|| {
        let seconds = [0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 20.0];
        let builder = PrometheusBuilder::new().set_buckets(&seconds).expect("there are buckets");
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("server: another metrics recorder is installed, /metrics stays empty");
        }
        metrics::describe_counter!("http_requests_total", "Answers by path template, method and class of status");
        metrics::describe_histogram!(REQUEST_SECONDS, "Time from routing to the head of the answer");
        metrics::describe_gauge!("http_connections_open", "Sockets being served");
        metrics::describe_counter!(ABANDONED, "Requests whose client left before the answer was ready");
        metrics::describe_counter!("database_reads_total", "Public reads by the server that answered, where there are standbys");
        metrics::describe_counter!("database_read_retries_total", "Reads that a server could not finish and another did again");
        metrics::describe_counter!(
            "database_reads_repeated_total",
            "The old name of database_read_retries_total, for one release"
        );
        metrics::describe_counter!("database_primary_changes_total", "How often another server took over as the primary");
        metrics::describe_gauge!("database_standby_lag_seconds", "How far a standby lags behind the primary");
        metrics::describe_gauge!("database_standby_ready", "1 while a standby takes reads");
        metrics::describe_gauge!("database_standby_fit", "The old name of database_standby_ready, for one release");
        metrics::describe_gauge!(
            "backup_verified_timestamp_seconds",
            "When the newest backup was made that `backup verify` found sound; 0: none"
        );
        metrics::describe_counter!("exports_failed_total", "Builds of the open-data files that failed");
        metrics::describe_counter!("feed_runs_failed_total", "Readings of official data sets that failed");
        metrics::describe_counter!("feed_runs_held_total", "Readings of official data sets whose file waits for a person");
        metrics::describe_counter!("webhook_attempts_total", "Deliveries tried, by outcome");
        metrics::describe_counter!("http_auth_failures_total", "Requests whose API key was rejected");
        metrics::describe_counter!("http_keys_refused_total", "The old name of http_auth_failures_total, for one release");
        metrics::describe_counter!("http_cache_hits_total", "Answers given by the answer cache");
        metrics::describe_counter!("http_answers_from_memory_total", "The old name of http_cache_hits_total, for one release");
        metrics::describe_counter!("http_deprecated_requests_total", "Answers of deprecated operations, by operation");
        metrics::describe_counter!("http_panics_total", "Handlers that panicked; each is a fault in this program");
        metrics::describe_counter!(
            "http_connections_refused_total",
            "Sockets closed because their client had as many as one may have"
        );
        metrics::describe_counter!("db_reads_refused_total", "Reads refused because too many waited for the database");
        for name in COUNTED_FROM_ZERO {
            metrics::counter!(name).increment(0);
        }
        handle
    })
}

/// The handles of one endpoint, looked up once.
#[derive(Debug)]
pub struct EndpointMetrics {
    answers: [Counter; 5],
    seconds: Histogram,
}

impl EndpointMetrics {
    pub fn new(method: &str, template: &str) -> EndpointMetrics {
        let _ = recorder();
        let labels = [("method", method.to_owned()), ("route", template.to_owned())];
        let answers = CLASSES.map(|class| {
            let (method, route) = (method.to_owned(), template.to_owned());
            metrics::counter!("http_requests_total", "method" => method, "route" => route, "status" => class)
        });
        EndpointMetrics { answers, seconds: metrics::histogram!(REQUEST_SECONDS, &labels) }
    }

    pub fn record(&self, status: StatusCode, elapsed: Duration) {
        let class = usize::from(status.as_u16() / 100).saturating_sub(1).min(CLASSES.len() - 1);
        self.answers[class].increment(1);
        self.seconds.record(elapsed);
    }
}

/// A request being worked on. Dropped before it is answered, it counts as abandoned: the work stopped with its client.
#[derive(Debug, Default)]
pub struct Unanswered {
    answered: bool,
}

impl Unanswered {
    pub fn answered(mut self) {
        self.answered = true;
    }
}

impl Drop for Unanswered {
    fn drop(&mut self) {
        if !self.answered {
            metrics::counter!(ABANDONED).increment(1);
        }
    }
}
