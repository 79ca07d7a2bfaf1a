//! `termometro feeds …`: lists the official data sets, reads one now, releases what is held, and switches one off or on.

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use jiff::SignedDuration;
use serde_json::json;

use super::{
    exit::{EXIT_DONE, EXIT_FAILED},
    imports::{self, ImportId},
    person::Person,
};
use crate::{
    app::Database,
    clock::Clock,
    config::Config,
    feeds::{
        client::{PortalClient, PortalSettings},
        running::{FeedOutcome, FeedRunner},
    },
    import::report::Acceptance,
    read_model::{ReadModel, service::feeds::FeedView},
    store::{
        feeds::{self, EndedRun, HeldByRun, RunState},
        postgres::{database, error::StoreError},
    },
};

#[derive(Debug, Args)]
pub struct FeedsArguments {
    #[command(subcommand)]
    command: FeedsCommand,
    /// One JSON object a line
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum FeedsCommand {
    /// Every data set with its newest run
    List,
    /// Read one now, whether it is due or not
    Run {
        name: String,
        #[command(flatten)]
        person: Person,
    },
    /// Let in the file that a run holds
    Release {
        /// The run's number, as the list shows it
        run: i64,
        #[command(flatten)]
        person: Person,
    },
    /// Do not read one any more
    Disable {
        name: String,
        #[command(flatten)]
        person: Person,
    },
    /// Read one again
    Enable {
        name: String,
        #[command(flatten)]
        person: Person,
    },
}

/// As the settings say.
pub fn portal(config: &Config) -> anyhow::Result<PortalClient> {
    let settings = PortalSettings {
        token: config.feeds.token.as_ref().map(|token| token.reveal().to_owned()),
        proxy: config.feeds.proxy.clone(),
        ..PortalSettings::new(config.feeds.url.clone(), config.feeds.loopback)
    };
    PortalClient::new(settings).context("TLS cannot be set up")
}

pub fn runner(config: &Config, database: database::Database) -> anyhow::Result<FeedRunner> {
    Ok(FeedRunner {
        database,
        client: portal(config)?,
        folder: config.spool_dir.join("feeds"),
        max_age_days: i32::try_from(config.ceiling_list_age_days_max)?,
        clock: Clock::System,
    })
}

pub fn interval(config: &Config) -> SignedDuration {
    SignedDuration::from_mins(i64::from(config.feeds.every_minutes))
}

pub async fn run(config: &Config, arguments: FeedsArguments) -> anyhow::Result<u8> {
    let server = Database::open(config).await?;
    super::import::keep_small();
    let database = server.migrated(config).await?;
    let outcome = carry_out(config, &database, &arguments).await;
    drop(database);
    server.close().await?;
    outcome
}

async fn carry_out(config: &Config, database: &database::Database, arguments: &FeedsArguments) -> anyhow::Result<u8> {
    match &arguments.command {
        FeedsCommand::List => list(config, database, arguments.json).await,
        FeedsCommand::Run { name, person } => {
            let outcome = runner(config, database.clone())?.run(name, &person.acceptance().by).await?;
            print_outcome(name, &outcome, arguments.json)
        }
        FeedsCommand::Release { run, person } => {
            let client = database.write_connection().await?;
            let found = feeds::held_by(&client, *run).await?;
            let HeldByRun { feed, held, .. } =
                found.with_context(|| format!("there is no run {run}: `termometro feeds list` shows them"))?;
            let held = held.with_context(|| format!("run {run} of {feed} holds no file"))?;
            let held = imports::held(database, ImportId::Held(held)).await?;
            imports::release(config, database, &held, person, arguments.json).await
        }
        FeedsCommand::Disable { name, person } => switch(database, name, false, person).await,
        FeedsCommand::Enable { name, person } => switch(database, name, true, person).await,
    }
}

async fn switch(database: &database::Database, name: &str, enabled: bool, person: &Person) -> anyhow::Result<u8> {
    let mut client = database.import_connection().await?;
    let tx = client.transaction().await.map_err(StoreError::from)?;
    let Acceptance { by, reason } = person.acceptance();
    if !feeds::set_enabled(&tx, name, enabled, (&by, &reason), Clock::System.now()).await? {
        bail!("there is no feed `{name}`: `termometro feeds list` shows them");
    }
    tx.commit().await.map_err(StoreError::from)?;
    say!("{name} is {}", if enabled { "read from now on" } else { "not read any more" });
    Ok(EXIT_DONE)
}

async fn list(config: &Config, database: &database::Database, as_objects: bool) -> anyhow::Result<u8> {
    let read_model = ReadModel::new(database.clone(), i32::try_from(config.ceiling_list_age_days_max)?);
    for feed in read_model.list_feeds().await? {
        let FeedView { name, kind, data_set, enabled, failures, last, last_success_at, .. } = &feed;
        if as_objects {
            let last = last.as_ref().map(|run| {
                json!({"run": run.id.to_string(), "state": run.state, "started_at": run.started_at, "ended_at": run.ended_at,
                    "fault": run.fault, "fault_es": run.fault_es, "fault_en": run.fault_en,
                    "held": run.held_import.map(|id| format!("h{id}")), "sha256": run.sha256})
            });
            say!(
                "{}",
                json!({"name": name, "kind": kind, "data_set": data_set, "enabled": enabled, "failures": failures,
                    "last_success_at": last_success_at, "last_run": last})
            );
            continue;
        }
        let state = match last {
            _ if !enabled => "not read".to_owned(),
            None => "never read".to_owned(),
            Some(run) => {
                let why = run.fault_en.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
                format!("run {} {} {}{why}", run.id, run.state, run.ended_at.unwrap_or(run.started_at))
            }
        };
        say!("{name:<18}  {kind:<12}  {data_set}  {state}");
    }
    if !config.feeds.on && !as_objects {
        say!("`serve` reads none of them by itself: TERMOMETRO_FEEDS=on lets it");
    }
    Ok(EXIT_DONE)
}

fn print_outcome(name: &str, outcome: &FeedOutcome, as_object: bool) -> anyhow::Result<u8> {
    let (id, ended) = match outcome {
        FeedOutcome::NoSuchFeed => bail!("there is no feed `{name}`: `termometro feeds list` shows them"),
        FeedOutcome::Busy => {
            say!("another program reads at this moment: try again when it is done");
            return Ok(EXIT_FAILED);
        }
        FeedOutcome::Ended(id, ended) => (id, ended),
    };
    let EndedRun { state, requests, file, .. } = ended.as_ref();
    let why = match state {
        RunState::Held { words: (_, why), .. } => Some(why.clone()),
        RunState::Failed(fault) => Some(fault.words().1),
        RunState::Unchanged { .. } | RunState::Imported { .. } => None,
    };
    if as_object {
        let (rows, sha256) = file.as_ref().map(|file| (file.rows, file.sha256.as_str())).unzip();
        say!(
            "{}",
            json!({"feed": name, "run": id.to_string(), "state": state.code(), "requests": requests, "rows": rows, "sha256": sha256,
                "why": why})
        );
    } else {
        let size = file.as_ref().map(|file| format!(", {} rows, SHA-256 {}", file.rows, file.sha256)).unwrap_or_default();
        let why = why.map(|why| format!(": {why}")).unwrap_or_default();
        say!("{name}: run {id} {}, {requests} requests{size}{why}", state.code());
    }
    Ok(match state {
        RunState::Unchanged { .. } | RunState::Imported { .. } => EXIT_DONE,
        RunState::Held { .. } | RunState::Failed(_) => EXIT_FAILED,
    })
}
