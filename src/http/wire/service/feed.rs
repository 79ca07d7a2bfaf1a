//! Data sets that are read by themselves, and their readings, on the wire.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    http::base::language::Language,
    read_model::service::feeds::{FeedCounts, FeedRunView, FeedView},
    workflow::feeds::FeedRequested,
};

/// A data set that is read by itself.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FeedBody {
    #[schema(example = "ceilings")]
    pub name: String,
    /// Conjunto de datos: what it is, in the language of the answer.
    pub title: String,
    /// The kind of file that it is imported as.
    #[schema(example = "ceilings")]
    pub kind: String,
    /// Its identifier on the open-data portal.
    #[schema(example = "nauz-qkjw")]
    pub data_set: String,
    pub licence: String,
    /// False: it is read only when a person says so.
    pub enabled: bool,
    /// Runs that failed since the last one that did not.
    pub failures: i64,
    /// When a run last found nothing new, or imported a new edition.
    #[schema(format = DateTime)]
    pub last_success_at: Option<String>,
    /// The number of its newest run; null before the first.
    pub last_run: Option<i64>,
    /// `running`, `unchanged`, `imported`, `held` or `failed`.
    #[schema(example = "unchanged")]
    pub last_state: Option<String>,
    #[schema(format = DateTime)]
    pub last_started_at: Option<String>,
    /// What the publisher says of the day of its newest change.
    #[schema(format = DateTime)]
    pub publisher_updated_at: Option<String>,
    /// Why nothing came of the newest run, as a code.
    #[schema(example = "larger_than_current")]
    pub fault: Option<String>,
    /// The same in words, in the language of the answer.
    pub explanation: Option<String>,
}

/// A reading of a data set (corrida), from its first request to its end.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FeedRunBody {
    pub run: i64,
    #[schema(example = "ceilings")]
    pub feed: String,
    /// `schedule`, or `person`.
    #[schema(example = "schedule")]
    pub started_by: &'static str,
    #[schema(format = DateTime)]
    pub started_at: String,
    #[schema(format = DateTime)]
    pub ended_at: Option<String>,
    /// `running`; `unchanged`: what is here already; `imported`; `held`: the file waits for a person; `failed`: nothing came of it.
    #[schema(example = "imported")]
    pub state: String,
    /// Of a held file what a person decided: `held` (nothing yet), `released` or `discarded`.
    pub decision: Option<String>,
    /// Where it was read.
    #[schema(example = "https://www.datos.gov.co/resource/nauz-qkjw.csv")]
    pub address: String,
    pub requests: i64,
    /// What the publisher says of the instant of its newest change, and of its rows.
    #[schema(format = DateTime)]
    pub publisher_updated_at: Option<String>,
    pub publisher_rows: Option<i64>,
    /// Of the file that was made of it.
    pub rows: Option<i64>,
    pub bytes: Option<i64>,
    /// Of the file: under it `list_sources` has the import.
    pub sha256: Option<String>,
    pub fault: Option<String>,
    /// Why nothing of it counts, in the language of the answer.
    pub explanation: Option<String>,
}

/// What an operator wants of a data set, kept and to be done.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FeedRequestBody {
    #[schema(example = "ceilings")]
    pub feed: String,
    /// The run whose held file is let in; null: the data set is read.
    pub release_run: Option<i64>,
    #[schema(format = DateTime)]
    pub requested_at: String,
}

impl From<&FeedRequested> for FeedRequestBody {
    fn from(requested: &FeedRequested) -> Self {
        let FeedRequested { feed, release_run, requested_at } = requested;
        Self { feed: feed.clone(), release_run: *release_run, requested_at: requested_at.to_string() }
    }
}

/// Whether official data are read by themselves here, and how that goes.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FeedStateBody {
    /// Whether this service reads them (`TERMOMETRO_FEEDS=on`).
    pub on: bool,
    /// Feeds with a file that waits for a person's decision.
    pub held: i64,
    /// Feeds that failed three times in a row or more.
    pub failing: i64,
    /// When a run last found nothing new, or imported a new edition; null: never. Each feed's own stands in `list_feeds`.
    #[schema(format = DateTime)]
    pub last_success_at: Option<String>,
}

impl FeedStateBody {
    pub fn new(on: bool, counts: FeedCounts) -> Self {
        let FeedCounts { held, failing, last_success_at } = counts;
        Self { on, held, failing, last_success_at: last_success_at.map(|instant| instant.to_string()) }
    }
}

fn in_language(language: Language, es: Option<&String>, en: Option<&String>) -> Option<String> {
    if language == Language::Spanish { es.cloned() } else { en.cloned() }
}

impl FeedBody {
    pub fn new(feed: &FeedView, language: Language) -> Self {
        let FeedView { title_es, title_en, last, .. } = feed;
        let last = last.as_ref();
        Self {
            name: feed.name.clone(),
            title: if language == Language::Spanish { title_es.clone() } else { title_en.clone() },
            kind: feed.kind.clone(),
            data_set: feed.data_set.clone(),
            licence: feed.licence.clone(),
            enabled: feed.enabled,
            failures: feed.failures,
            last_success_at: feed.last_success_at.map(|instant| instant.to_string()),
            last_run: last.map(|run| run.id),
            last_state: last.map(|run| run.state.clone()),
            last_started_at: last.map(|run| run.started_at.to_string()),
            publisher_updated_at: last.and_then(|run| run.publisher_updated_at).map(|instant| instant.to_string()),
            fault: last.and_then(|run| run.fault.clone()),
            explanation: last.and_then(|run| in_language(language, run.fault_es.as_ref(), run.fault_en.as_ref())),
        }
    }
}

impl FeedRunBody {
    pub fn new(run: &FeedRunView, language: Language) -> Self {
        Self {
            run: run.id,
            feed: run.feed.clone(),
            started_by: if run.started_by == "schedule" { "schedule" } else { "person" },
            started_at: run.started_at.to_string(),
            ended_at: run.ended_at.map(|instant| instant.to_string()),
            state: run.state.clone(),
            decision: run.held_state.clone(),
            address: run.address.clone(),
            requests: run.requests,
            publisher_updated_at: run.publisher_updated_at.map(|instant| instant.to_string()),
            publisher_rows: run.publisher_rows,
            rows: run.rows,
            bytes: run.bytes,
            sha256: run.sha256.clone(),
            fault: run.fault.clone(),
            explanation: in_language(language, run.fault_es.as_ref(), run.fault_en.as_ref()),
        }
    }
}
