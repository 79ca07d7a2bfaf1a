//! Readings of data sets: one program reads at a time, and each reading has a row from its first request to its end.

use deadpool_postgres::{ClientWrapper, Transaction};
use jiff::Timestamp;
use tokio_postgres::{Client, types::ToSql};

use crate::{
    domain::feeds::{
        due::{FAILURES_TO_TELL, RunHistory},
        fault::FeedFault,
    },
    store::{
        imports::holding,
        postgres::{error::StoreError, statements},
        transaction::import::FileOrigin,
    },
};

/// Any fixed number will do; all Termómetro programs use this one. It is not the imports' lock: nothing waits for a reading.
const FEEDS_LOCK: i64 = 0x7465_726d_6f27;

/// A feed, as the database has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    pub name: String,
    pub kind: String,
    pub data_set: String,
    pub enabled: bool,
}

/// What the publisher says of a data set before it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Probe {
    pub updated_at: Option<Timestamp>,
    pub rows: Option<i64>,
    /// When the newest row was changed, as the portal writes it.
    pub newest: Option<String>,
    pub columns: Option<Vec<String>>,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

impl Probe {
    /// Whether it surely is what was read before: nothing that both say differs, and enough is said.
    pub fn is_same_as(&self, before: &Self) -> bool {
        let known = self.rows.is_some() && self.columns.is_some() && (self.updated_at.is_some() || self.newest.is_some());
        known
            && (self.updated_at, self.rows, &self.newest, &self.columns)
                == (before.updated_at, before.rows, &before.newest, &before.columns)
    }
}

/// What came of a reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunState {
    /// The import that has the same content, where it was read again.
    Unchanged {
        import: Option<i64>,
    },
    Imported {
        import: i64,
    },
    /// The number of the held file, and why it is held in Spanish and English.
    Held {
        id: i64,
        code: String,
        words: (String, String),
    },
    Failed(FeedFault),
}

impl RunState {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unchanged { .. } => "unchanged",
            Self::Imported { .. } => "imported",
            Self::Held { .. } => "held",
            Self::Failed(_) => "failed",
        }
    }
}

/// The file that was made of a data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadSize {
    pub rows: i64,
    pub bytes: i64,
    pub sha256: String,
}

/// A reading that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedRun {
    pub state: RunState,
    pub requests: i64,
    pub probe: Probe,
    pub file: Option<ReadSize>,
}

/// Whether this connection reads now; ends with it.
pub async fn try_lock(client: &Client) -> Result<bool, StoreError> {
    Ok(client.query_one(statements::try_lock_feeds, &[&FEEDS_LOCK]).await?.try_get("mine")?)
}

pub async fn unlock(client: &Client) -> Result<(), StoreError> {
    client.query(statements::unlock_feeds, &[&FEEDS_LOCK]).await?;
    Ok(())
}

/// All feeds in the order in which they are read, or the one of this name.
pub async fn list(client: &Client, name: Option<&str>) -> Result<Vec<Feed>, StoreError> {
    let rows = client.query(statements::list_feeds, &[&name]).await?;
    let feed = |row: &tokio_postgres::Row| {
        Ok(Feed {
            name: row.try_get("name")?,
            kind: row.try_get("kind")?,
            data_set: row.try_get("data_set")?,
            enabled: row.try_get("enabled")?,
        })
    };
    rows.iter().map(feed).collect()
}

/// Of each enabled feed what is known of its runs, in the order in which they are read.
pub async fn histories(client: &Client) -> Result<Vec<(String, RunHistory)>, StoreError> {
    let rows = client.query(statements::feed_histories, &[]).await?;
    let mut histories = Vec::new();
    for row in &rows {
        if row.try_get("enabled")? {
            let (ended_at, failures) = (row.try_get("ended_at")?, row.try_get("failures")?);
            histories.push((row.try_get("name")?, RunHistory { ended_at, failures }));
        }
    }
    Ok(histories)
}

/// Under the lock: what another program left unfinished has failed; how many.
pub async fn interrupt(client: &mut ClientWrapper, now: Timestamp) -> Result<usize, StoreError> {
    let fault = FeedFault::Interrupted;
    let (es, en) = fault.words();
    let tx = client.transaction().await?;
    let rows = tx.query(statements::interrupt_feed_runs, &[&now, &fault.code(), &es, &en]).await?;
    for row in &rows {
        tell_watches(&tx, row.try_get("id")?, now).await?;
    }
    tx.commit().await?;
    Ok(rows.len())
}

/// In the transaction that ends a run: whoever watches feeds is told of a file that is held, and of the failure from which on a person should look.
async fn tell_watches(tx: &Transaction<'_>, run: i64, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(statements::enqueue_feed_messages, &[&run, &FAILURES_TO_TELL, &now]).await?;
    Ok(())
}

pub async fn begin(client: &Client, feed: &str, started_by: &str, now: Timestamp, address: &str) -> Result<i64, StoreError> {
    Ok(client.query_one(statements::begin_feed_run, &[&feed, &started_by, &now, &address]).await?.try_get("id")?)
}

pub async fn end(client: &mut ClientWrapper, id: i64, run: &EndedRun, now: Timestamp) -> Result<(), StoreError> {
    let EndedRun { state, requests, probe, file } = run;
    let (mut import, mut held, mut fault) = (None, None, None);
    match state {
        RunState::Unchanged { import: known } => import = *known,
        RunState::Imported { import: new } => import = Some(*new),
        RunState::Held { id, code, words } => {
            held = Some(*id);
            fault = Some((code.clone(), words.clone()));
        }
        RunState::Failed(why) => fault = Some((why.code().to_owned(), why.words())),
    }
    let (code, words) = fault.unzip();
    let (es, en) = words.unzip();
    let (rows, bytes) = file.as_ref().map(|file| (file.rows, file.bytes)).unzip();
    let sha256 = file.as_ref().map(|file| &file.sha256);
    let Probe { updated_at, rows: counted, newest, columns, etag, last_modified } = probe;
    let state = state.code();
    let params: &[&(dyn ToSql + Sync)] = &[
        &id, &state, &now, requests, updated_at, counted, newest, columns, etag, last_modified, &rows, &bytes, &sha256, &import,
        &held, &code, &es, &en,
    ];
    let tx = client.transaction().await?;
    tx.execute(statements::end_feed_run, params).await?;
    tell_watches(&tx, id, now).await?;
    tx.commit().await?;
    Ok(())
}

/// What the publisher said the last time that the feed was read whole, or found unchanged.
pub async fn seen(client: &Client, feed: &str) -> Result<Option<Probe>, StoreError> {
    let row = client.query_opt(statements::feed_run_seen, &[&feed]).await?;
    row.map(|row| {
        Ok(Probe {
            updated_at: row.try_get("publisher_updated_at")?,
            rows: row.try_get("publisher_rows")?,
            newest: row.try_get("publisher_newest")?,
            columns: row.try_get("columns")?,
            etag: row.try_get("etag")?,
            last_modified: row.try_get("last_modified")?,
        })
    })
    .transpose()
}

/// What a run holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldByRun {
    pub feed: String,
    /// The number of the held file.
    pub held: Option<i64>,
    /// Whether nobody has decided about it yet.
    pub waits: bool,
}

/// `None` when there is no such run.
pub async fn held_by(client: &Client, run: i64) -> Result<Option<HeldByRun>, StoreError> {
    let row = client.query_opt(statements::waiting_run, &[&run]).await?;
    let held = |row: tokio_postgres::Row| {
        Ok(HeldByRun { feed: row.try_get("feed")?, held: row.try_get("held_import_id")?, waits: row.try_get("waits")? })
    };
    row.map(held).transpose()
}

/// What a person wants of a feed.
pub struct NewFeedRequest<'a> {
    pub feed: &'a str,
    /// The run whose held file is let in; `None`: the data set is read.
    pub release_run: Option<i64>,
    pub by: &'a str,
    pub reason: &'a str,
}

/// The same, as it waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedRequest {
    pub id: i64,
    pub feed: String,
    pub release_run: Option<i64>,
    pub by: String,
    pub reason: String,
}

pub async fn insert_request(tx: &Transaction<'_>, new: &NewFeedRequest<'_>, now: Timestamp) -> Result<i64, StoreError> {
    let NewFeedRequest { feed, release_run, by, reason } = new;
    Ok(tx.query_one(statements::insert_feed_request, &[feed, release_run, &now, by, reason]).await?.try_get("id")?)
}

/// In the order in which they were said.
pub async fn waiting_requests(client: &Client) -> Result<Vec<FeedRequest>, StoreError> {
    let rows = client.query(statements::waiting_feed_requests, &[]).await?;
    let request = |row: &tokio_postgres::Row| {
        Ok(FeedRequest {
            id: row.try_get("id")?,
            feed: row.try_get("feed")?,
            release_run: row.try_get("release_run")?,
            by: row.try_get("requested_by")?,
            reason: row.try_get("reason")?,
        })
    };
    rows.iter().map(request).collect()
}

/// It is done, however it ended.
pub async fn take_request(client: &Client, id: i64, now: Timestamp) -> Result<(), StoreError> {
    client.execute(statements::take_feed_request, &[&id, &now]).await?;
    Ok(())
}

/// Where a file which is held came from; `None` when a person imported it.
pub async fn origin_of_held(client: &Client, held: i64) -> Result<Option<FileOrigin>, StoreError> {
    let row = client.query_opt(statements::held_origin, &[&held]).await?;
    row.map(|row| Ok(FileOrigin { run: row.try_get("id")?, address: row.try_get("address")? })).transpose()
}

/// Whether a feed is read from now on, with who decided it in the audit log. False when there is no such feed.
pub async fn set_enabled(
    tx: &Transaction<'_>,
    name: &str,
    enabled: bool,
    by: (&str, &str),
    now: Timestamp,
) -> Result<bool, StoreError> {
    if tx.execute(statements::set_feed_enabled, &[&name, &enabled]).await? == 0 {
        return Ok(false);
    }
    let action = if enabled { "enable_feed" } else { "disable_feed" };
    holding::record(tx, action, &format!("feed {name}"), by, serde_json::json!({"feed": name}), now).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_surely_is_the_same_is_not_read_again() {
        let said = Probe {
            updated_at: Some(Timestamp::UNIX_EPOCH),
            rows: Some(9),
            newest: Some("2026-01-01".to_owned()),
            columns: Some(vec!["cum".to_owned()]),
            etag: Some("a".to_owned()),
            last_modified: None,
        };
        assert!(said.is_same_as(&Probe { etag: None, ..said.clone() }), "headers alone say nothing");
        for other in [
            Probe { rows: Some(8), ..said.clone() },
            Probe { newest: None, ..said.clone() },
            Probe { columns: Some(Vec::new()), ..said.clone() },
            Probe { updated_at: None, ..said.clone() },
        ] {
            assert!(!said.is_same_as(&other) && !other.is_same_as(&said), "{other:?}");
        }
        // What says too little is read again, even if it says the same.
        for little in [
            Probe::default(),
            Probe { rows: None, ..said.clone() },
            Probe { updated_at: None, newest: None, ..said.clone() },
            Probe { columns: None, ..said },
        ] {
            assert!(!little.is_same_as(&little));
        }
    }
}
