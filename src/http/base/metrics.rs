//! Counters and times of requests, labelled by path template so that their number stays bounded.

use std::{sync::OnceLock, time::Duration};

use hyper::StatusCode;
use metrics::{Counter, Histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];
const REQUEST_SECONDS: &str = "http_request_duration_seconds";
const REQUESTS: &str = "http_requests_total";
const ABANDONED: &str = "http_requests_abandoned_total";
/// Shown from the start: an alarm sees the first one only if there was a 0 before.
const COUNTED_FROM_ZERO: [&str; 8] = [
    ABANDONED, "http_panics_total", "http_auth_failures_total", "http_connections_refused_total", "db_reads_refused_total",
    "exports_failed_total", "feed_runs_failed_total", "feed_runs_held_total",
];
const COUNTERS: &[(&str, &str)] = &[
    (REQUESTS, "Answers by path template, method and class of status; a class is shown from its first answer on"),
    (ABANDONED, "Requests whose client left before the answer was ready"),
    ("http_auth_failures_total", "Requests whose API key was rejected"),
    ("http_keys_refused_total", "The old name of http_auth_failures_total, for one release"),
    ("http_cache_hits_total", "Answers given by the answer cache"),
    ("http_answers_from_memory_total", "The old name of http_cache_hits_total, for one release"),
    ("http_deprecated_requests_total", "Answers of deprecated operations, by operation"),
    ("http_panics_total", "Handlers that panicked; each is a fault in this program"),
    ("http_connections_refused_total", "Sockets closed because their client had as many as one may have"),
    ("db_reads_refused_total", "Reads refused because too many waited for the database"),
    ("database_reads_total", "Public reads by the server that answered, where there are standbys"),
    ("database_read_retries_total", "Reads that a server could not finish and another did again"),
    ("database_reads_repeated_total", "The old name of database_read_retries_total, for one release"),
    ("database_primary_changes_total", "How often another server took over as the primary"),
    ("exports_failed_total", "Builds of the open-data files that failed"),
    ("feed_runs_failed_total", "Readings of official data sets that failed"),
    ("feed_runs_held_total", "Readings of official data sets whose file waits for a person"),
    ("mail_attempts_total", "E-mail handed to the relay, by outcome"),
    ("webhook_attempts_total", "Deliveries tried, by outcome"),
    ("process_cpu_seconds_total", "Time of the processor that the program took"),
];
const GAUGES: &[(&str, &str)] = &[
    ("http_connections_open", "Sockets being served"),
    ("http_cache_current", "1 while the answer cache answers from the newest data"),
    ("db_pool_connections_max", "Connections to the primary that there may be"),
    ("db_pool_connections_open", "Connections to the primary"),
    ("db_pool_connections_free", "Connections to the primary that nobody uses"),
    ("db_pool_waiting", "Requests that wait for a connection to the primary"),
    ("database_up", "1 while the database answers what these figures are taken from"),
    ("database_standby_lag_seconds", "How far a standby lags behind the primary"),
    ("database_standby_ready", "1 while a standby takes reads"),
    ("database_standby_fit", "The old name of database_standby_ready, for one release"),
    ("backup_verified_timestamp_seconds", "When the newest backup was made that `backup verify` found sound; 0: none"),
    ("data_set_age_seconds", "Time since the day that the data in force of a kind speak for, in whole days"),
    ("data_set_red", "1 when the data in force of a kind are too old, or there are none"),
    ("data_set_imported_timestamp_seconds", "When data of a kind were imported last; 0: never"),
    ("imports_held", "Files that wait for a person's decision"),
    ("feeds_on", "1 when this service reads official data by itself"),
    ("feed_enabled", "1 when a data set is read without a person's word"),
    ("feed_failures", "Readings of an enabled data set that failed in a row"),
    ("feed_held", "1 while a file of an enabled data set waits for a person"),
    ("feed_last_success_timestamp_seconds", "When a data set was last found unchanged, or imported; 0: never"),
    ("webhook_messages_pending", "Messages of active watches that have not arrived"),
    ("webhook_oldest_pending_timestamp_seconds", "When the oldest of them was written; 0: none"),
    ("exports_newest_timestamp_seconds", "When the newest open-data files were made; 0: none"),
    ("disk_size_bytes", "Size of the disk that a folder is on"),
    ("disk_free_bytes", "What is free on it for this program"),
    ("process_resident_memory_bytes", "Memory that the program holds"),
    ("process_threads", "Threads of the program"),
    ("process_open_fds", "Files and sockets that the program has open"),
    ("process_max_fds", "Files and sockets that it may have open"),
    ("process_start_time_seconds", "When the program was started"),
];
/// What Prometheus reads as text.
pub const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";
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
        metrics::describe_histogram!(REQUEST_SECONDS, "Time from routing to the head of the answer");
        for (name, what) in COUNTERS {
            metrics::describe_counter!(*name, *what);
        }
        for (name, what) in GAUGES {
            metrics::describe_gauge!(*name, *what);
        }
        for name in COUNTED_FROM_ZERO {
            metrics::counter!(name).increment(0);
        }
        handle
    })
}

/// The handles of one endpoint, each looked up with its first answer: of most classes of most paths there never is one.
#[derive(Debug)]
pub struct EndpointMetrics {
    method: String,
    route: String,
    answers: [OnceLock<Counter>; 5],
    seconds: OnceLock<Histogram>,
}

impl EndpointMetrics {
    pub fn new(method: &str, template: &str) -> EndpointMetrics {
        let _ = recorder();
        let (method, route) = (method.to_owned(), template.to_owned());
        EndpointMetrics { method, route, answers: Default::default(), seconds: OnceLock::new() }
    }

    pub fn record(&self, status: StatusCode, elapsed: Duration) {
        let class = usize::from(status.as_u16() / 100).saturating_sub(1).min(CLASSES.len() - 1);
        let labels = || (self.method.clone(), self.route.clone());
        let answers = self.answers[class].get_or_init(|| {
            let (method, route) = labels();
            metrics::counter!(REQUESTS, "method" => method, "route" => route, "status" => CLASSES[class])
        });
        answers.increment(1);
        let seconds = self.seconds.get_or_init(|| {
            let (method, route) = labels();
            metrics::histogram!(REQUEST_SECONDS, "method" => method, "route" => route)
        });
        seconds.record(elapsed);
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
