//! One reading of one feed: looked at, read if it changed, imported, and entered into the list of runs. One program at a time does this on a database.

use std::{path::PathBuf, sync::Arc};

use deadpool_postgres::ClientWrapper;

use super::{
    client::{PortalClient, machine},
    reading::{self, ReadFile, Wanted},
};
use crate::{
    clock::Clock,
    domain::{feeds::fault::FeedFault, law::edition::HoldReason},
    import::{
        file::import_file,
        release::{ReleaseOptions, release_file},
        report::{Acceptance, HeldEdition, ImportError, ImportOptions, ImportReport},
    },
    ingest::SourceKind,
    store::{
        feeds::{self, EndedRun, Feed, Probe, RunState},
        imports::holding,
        postgres::{database::Database, error::StoreError},
        transaction::import::FileOrigin,
    },
};

/// Reads feeds; cheap to clone.
#[derive(Clone)]
pub struct FeedRunner {
    pub database: Database,
    pub client: PortalClient,
    /// Where pages and files wait until they are stored.
    pub folder: PathBuf,
    pub max_age_days: i32,
    pub clock: Clock,
}

/// The outcome of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedOutcome {
    /// Another program reads at this moment.
    Busy,
    NoSuchFeed,
    /// The run's number, and how it ended.
    Ended(i64, Box<EndedRun>),
}

impl FeedRunner {
    /// Reads one feed, whether it is due or not. `started_by`: `schedule`, or a person.
    pub async fn run(&self, name: &str, started_by: &str) -> Result<FeedOutcome, StoreError> {
        let mut client = self.database.import_connection().await?;
        if !feeds::try_lock(&client).await? {
            return Ok(FeedOutcome::Busy);
        }
        let outcome = self.run_under_lock(&mut client, name, started_by).await;
        // It would end with the connection too, but only some time after the drop.
        feeds::unlock(&client).await?;
        outcome
    }

    async fn run_under_lock(&self, client: &mut ClientWrapper, name: &str, started_by: &str) -> Result<FeedOutcome, StoreError> {
        let Some(feed) = feeds::list(client, Some(name)).await?.pop() else { return Ok(FeedOutcome::NoSuchFeed) };
        let interrupted = feeds::interrupt(client, self.clock.now()).await?;
        if interrupted > 0 {
            tracing::warn!(runs = interrupted, "feed: runs of a program that ended were entered as failed");
        }
        let portal = self.client.counting();
        let address = reading::address(&portal, &feed.data_set);
        let id = feeds::begin(client, &feed.name, started_by, self.clock.now(), &address).await?;
        let before = feeds::seen(client, &feed.name).await?;
        let origin = FileOrigin { run: id, address };
        let ended = self.carry_out(&portal, &feed, before.as_ref(), origin).await;
        let ended = EndedRun { requests: portal.requests(), ..ended };
        feeds::end(client, id, &ended, self.clock.now()).await?;
        log(&feed.name, id, &ended);
        Ok(FeedOutcome::Ended(id, Box::new(ended)))
    }

    /// Lets in the file that a run holds, by a person's word. False while another program reads.
    pub async fn release(&self, run: i64, acceptance: Acceptance) -> Result<bool, StoreError> {
        let client = self.database.import_connection().await?;
        if !feeds::try_lock(&client).await? {
            return Ok(false);
        }
        let outcome = self.release_under_lock(run, acceptance).await;
        feeds::unlock(&client).await?;
        match outcome {
            Ok(import) => tracing::info!(run, import, "feed: held file released"),
            Err(fault) => {
                let (_, why) = fault.words();
                tracing::warn!(run, why, "feed: held file could not be released");
            }
        }
        Ok(true)
    }

    async fn release_under_lock(&self, run: i64, acceptance: Acceptance) -> Result<i64, FeedFault> {
        let stored = |error: StoreError| machine("the held file", &error);
        let held = {
            let client = self.database.write_connection().await.map_err(stored)?;
            let found = feeds::held_by(&client, run).await.map_err(stored)?.filter(|found| found.waits);
            let id = found.and_then(|found| found.held).ok_or(FeedFault::NothingUsable)?;
            holding::held_imports(&*client, Some(id)).await.map_err(stored)?.pop().ok_or(FeedFault::NothingUsable)?
        };
        let options = ReleaseOptions { folder: &self.folder, max_age_days: self.max_age_days, clock: self.clock };
        let imported = release_file(&self.database, &held, acceptance, &options).await.map_err(|error| import_fault(&error));
        imported?.import.ok_or(FeedFault::NothingUsable)
    }

    /// Whatever happens is an outcome: a run always ends with one.
    async fn carry_out(&self, portal: &PortalClient, feed: &Feed, before: Option<&Probe>, origin: FileOrigin) -> EndedRun {
        let mut ended =
            EndedRun { state: RunState::Unchanged { import: None }, requests: 0, probe: Probe::default(), file: None };
        let outcome = async {
            let kind = feed.kind.parse::<SourceKind>().map_err(|error| machine("the feed's kind", &error))?;
            ended.probe = reading::probe(portal, &feed.data_set, before).await?;
            if before.is_some_and(|before| ended.probe.is_same_as(before)) {
                return Ok(RunState::Unchanged { import: None });
            }
            tokio::fs::create_dir_all(&self.folder).await.map_err(|error| machine("the folder of feeds", &error))?;
            let wanted = Wanted { feed: &feed.name, data_set: &feed.data_set, folder: &self.folder };
            let ReadFile { path, size, probe } = reading::read(portal, wanted, ended.probe.clone()).await?;
            (ended.file, ended.probe) = (Some(size), probe);
            let new = ImportOptions::new(self.max_age_days, self.clock);
            let options = ImportOptions { unattended: true, origin: Some(origin), ..new };
            let imported = import_file(&self.database, kind, &path, &options, Arc::new(|_, _| {})).await;
            // Stored or held: the database has the bytes now. After a failure they are read again.
            let _ = tokio::fs::remove_file(&path).await;
            imported.map_err(|error| import_fault(&error)).and_then(state_of)
        }
        .await;
        ended.state = outcome.unwrap_or_else(RunState::Failed);
        ended
    }
}

/// How a run ended whose file was read by the importer.
fn state_of(report: ImportReport) -> Result<RunState, FeedFault> {
    match (report.held, report.import) {
        (Some(HeldEdition { id: Some(id), reasons }), _) => {
            let words = |say: fn(&HoldReason) -> String| reasons.iter().map(say).collect::<Vec<_>>().join("; ");
            let code = reasons.first().map_or("held", HoldReason::code).to_owned();
            Ok(RunState::Held { id, code, words: (words(HoldReason::spanish), words(HoldReason::english)) })
        }
        (None, known) if report.already_imported => Ok(RunState::Unchanged { import: known }),
        (None, Some(import)) => Ok(RunState::Imported { import }),
        _ => Err(FeedFault::NothingUsable),
    }
}

fn import_fault(error: &ImportError) -> FeedFault {
    match error {
        ImportError::File(fault) => {
            let words = fault.words();
            FeedFault::File { code: fault.code(), es: words.es, en: words.en }
        }
        other => machine("the import", other),
    }
}

fn log(feed: &str, run: i64, ended: &EndedRun) {
    let requests = ended.requests;
    match &ended.state {
        RunState::Failed(fault) => {
            metrics::counter!("feed_runs_failed_total").increment(1);
            let (_, why) = fault.words();
            tracing::warn!(feed, run, requests, fault = fault.code(), why, "feed: run failed, old data stay");
        }
        RunState::Held { id, words: (_, why), .. } => {
            metrics::counter!("feed_runs_held_total").increment(1);
            tracing::warn!(feed, run, requests, held = id, why, "feed: file is held until a person decides");
        }
        RunState::Imported { import } => tracing::info!(feed, run, requests, import, "feed: new edition imported"),
        RunState::Unchanged { .. } => tracing::debug!(feed, run, requests, "feed: nothing new"),
    }
}
