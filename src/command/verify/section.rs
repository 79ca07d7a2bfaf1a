//! What a check of stored data consists of: sections that read one state of the database and say what they found.

use std::{future::Future, pin::Pin};

use deadpool_postgres::{ClientWrapper, Transaction};
use indicatif::ProgressBar;
use tokio_postgres::IsolationLevel;

use crate::store::postgres::{database::Database, statements};

/// One subject of the check.
pub struct Section {
    /// One word, at the beginning of its lines.
    pub name: &'static str,
    pub check: fn(Subject) -> SectionRun,
}

pub type SectionRun = Pin<Box<dyn Future<Output = anyhow::Result<Findings>> + Send>>;

/// What all sections read: one state of the database; cheap to clone.
#[derive(Clone)]
pub struct Subject {
    database: Database,
    /// Of the connection that holds the state.
    snapshot: String,
    /// How long a list speaks where the database does not say it.
    pub max_age_days: i32,
    /// An entry of the audit log that somebody wrote down.
    pub noted: Option<NotedEntry>,
    pub progress: ProgressBar,
}

/// `position:hash`, as an earlier check printed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotedEntry {
    pub position: i64,
    pub hash: String,
}

impl std::str::FromStr for NotedEntry {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = || "a position and a hash, as an earlier check printed them: 164:9f…".to_owned();
        let (position, hash) = text.split_once(':').ok_or_else(form)?;
        let position = position.parse().map_err(|_| form())?;
        let digits = hash.len() == 64 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if digits { Ok(Self { position, hash: hash.to_owned() }) } else { Err(form()) }
    }
}

/// What a section found: how much it looked at, and each fault with its place.
#[derive(Debug, Default)]
pub struct Findings {
    /// What it looked at, in one line without its faults.
    pub summary: String,
    faults: Vec<String>,
    count: u64,
}

/// Of many faults alike the first say enough.
const FAULTS_SHOWN_MAX: usize = 20;

impl Findings {
    pub fn of(summary: impl Into<String>) -> Self {
        Self { summary: summary.into(), ..Self::default() }
    }

    pub fn fault(&mut self, place_and_fault: impl Into<String>) {
        self.count += 1;
        if self.faults.len() < FAULTS_SHOWN_MAX {
            self.faults.push(place_and_fault.into());
        }
    }

    /// With those of another part of the same section.
    pub fn add(&mut self, other: Self) {
        self.count += other.count;
        let room = FAULTS_SHOWN_MAX.saturating_sub(self.faults.len());
        self.faults.extend(other.faults.into_iter().take(room));
    }

    /// How many faults there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The first of them.
    pub fn shown(&self) -> &[String] {
        &self.faults
    }
}

impl Subject {
    pub fn new(
        database: Database,
        snapshot: String,
        max_age_days: i32,
        noted: Option<NotedEntry>,
        progress: ProgressBar,
    ) -> Self {
        Self { database, snapshot, max_age_days, noted, progress }
    }

    /// A connection without limits of time.
    pub async fn connection(&self) -> anyhow::Result<ClientWrapper> {
        connection(&self.database).await
    }

    /// The common state, on that connection.
    pub async fn state<'a>(&self, client: &'a mut ClientWrapper) -> anyhow::Result<Transaction<'a>> {
        let tx = begin(client).await?;
        // Only hexadecimal digits and hyphens, as the server gave it.
        tx.batch_execute(&format!("SET TRANSACTION SNAPSHOT '{}'", self.snapshot)).await?;
        Ok(tx)
    }
}

pub async fn connection(database: &Database) -> anyhow::Result<ClientWrapper> {
    let client = database.connection_without_timeout().await?;
    client.batch_execute("SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0").await?;
    Ok(client)
}

async fn begin(client: &mut ClientWrapper) -> anyhow::Result<Transaction<'_>> {
    Ok(client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true).start().await?)
}

/// A state of the database, held for all sections as long as the transaction lives, and its name.
pub async fn hold_state(client: &mut ClientWrapper) -> anyhow::Result<(Transaction<'_>, String)> {
    let tx = begin(client).await?;
    let snapshot = tx.query_one(statements::export_snapshot, &[]).await?.try_get("snapshot")?;
    Ok((tx, snapshot))
}
