//! `list_feeds` and `list_feed_runs`: the data sets that are read by themselves, and what came of each reading.

use jiff::Timestamp;
use tokio_postgres::Row;

use crate::{
    domain::feeds::due::FAILURES_TO_TELL,
    read_model::{ReadModel, statements},
    store::postgres::{connections::ReadConnection, error::StoreError},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedView {
    pub name: String,
    pub kind: String,
    pub data_set: String,
    pub title_es: String,
    pub title_en: String,
    pub licence: String,
    pub enabled: bool,
    /// Runs that failed since the last one that did not.
    pub failures: i64,
    /// When a run last ended as `unchanged` or `imported`.
    pub last_success_at: Option<Timestamp>,
    /// Whether a file of it waits for a person.
    pub waits: bool,
    pub last: Option<FeedRunView>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedRunView {
    pub id: i64,
    pub feed: String,
    /// `schedule` or a person, who is not named in public.
    pub started_by: String,
    pub started_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    pub state: String,
    pub address: String,
    pub requests: i64,
    pub publisher_updated_at: Option<Timestamp>,
    pub publisher_rows: Option<i64>,
    pub rows: Option<i64>,
    pub bytes: Option<i64>,
    pub sha256: Option<String>,
    pub fault: Option<String>,
    pub fault_es: Option<String>,
    pub fault_en: Option<String>,
    pub held_import: Option<i64>,
    /// What a person decided about the held file: `held` (nothing yet), `released` or `discarded`.
    pub held_state: Option<String>,
    pub import: Option<i64>,
}

/// How the readings go, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeedCounts {
    /// Feeds that failed three times in a row or more.
    pub failing: i64,
    /// Feeds with a file that waits for a person.
    pub held: i64,
    /// When a run of any of them last ended as `unchanged` or `imported`.
    pub last_success_at: Option<Timestamp>,
}

impl ReadModel {
    /// In the order in which they are read.
    pub async fn list_feeds(&self) -> Result<Vec<FeedView>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        connection.query(statements::feed_list, &[&None::<&str>]).await?.iter().map(feed).collect()
    }

    /// The runs of a feed, newest first; `None` when there is no such feed.
    pub async fn list_feed_runs(
        &self,
        name: &str,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Option<Vec<FeedRunView>>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        connection.begin_snapshot().await?;
        let known = connection.query_opt(statements::feed_list, &[&Some(name)]).await?.is_some();
        let rows = connection.query(statements::feed_runs, &[&name, &before, &limit]).await?;
        connection.end_snapshot().await?;
        let runs = rows.iter().map(run).collect::<Result<Vec<_>, _>>()?;
        Ok(known.then_some(runs))
    }

    /// `None` when there is no such run.
    pub async fn feed_run(&self, id: i64) -> Result<Option<FeedRunView>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        connection.query_opt(statements::feed_run, &[&id]).await?.as_ref().map(run).transpose()
    }
}

pub async fn count(connection: &mut ReadConnection) -> Result<FeedCounts, StoreError> {
    let Some(row) = connection.query_opt(statements::feed_counts, &[&FAILURES_TO_TELL]).await? else {
        return Ok(FeedCounts::default());
    };
    Ok(FeedCounts {
        failing: row.try_get("failing")?,
        held: row.try_get("held")?,
        last_success_at: row.try_get("last_success_at")?,
    })
}

fn feed(row: &Row) -> Result<FeedView, StoreError> {
    let has_run = row.try_get::<_, Option<i64>>("id")?.is_some();
    Ok(FeedView {
        name: row.try_get("name")?,
        kind: row.try_get("kind")?,
        data_set: row.try_get("data_set")?,
        title_es: row.try_get("title_es")?,
        title_en: row.try_get("title_en")?,
        licence: row.try_get("licence")?,
        enabled: row.try_get("enabled")?,
        failures: row.try_get("failures")?,
        last_success_at: row.try_get("last_success_at")?,
        waits: row.try_get("waits")?,
        last: if has_run { Some(run(row)?) } else { None },
    })
}

fn run(row: &Row) -> Result<FeedRunView, StoreError> {
    Ok(FeedRunView {
        id: row.try_get("id")?,
        feed: row.try_get("feed")?,
        started_by: row.try_get("started_by")?,
        started_at: row.try_get("started_at")?,
        ended_at: row.try_get("ended_at")?,
        state: row.try_get("state")?,
        address: row.try_get("address")?,
        requests: row.try_get("requests")?,
        publisher_updated_at: row.try_get("publisher_updated_at")?,
        publisher_rows: row.try_get("publisher_rows")?,
        rows: row.try_get("rows")?,
        bytes: row.try_get("bytes")?,
        sha256: row.try_get("sha256")?,
        fault: row.try_get("fault")?,
        fault_es: row.try_get("fault_es")?,
        fault_en: row.try_get("fault_en")?,
        held_import: row.try_get("held_import_id")?,
        held_state: row.try_get("held_state")?,
        import: row.try_get("import")?,
    })
}
