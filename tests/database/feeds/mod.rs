//! Official data that are read by themselves, from a portal on this machine: what is read is imported or held, and whatever goes wrong changes nothing.

mod faults;
mod kinds;
mod programs;
mod whole;

use std::path::PathBuf;

use termometro::{
    clock::Clock,
    feeds::{
        client::PortalClient,
        running::{FeedOutcome, FeedRunner},
    },
    store::{
        feeds::{EndedRun, RunState},
        postgres::database::Database,
    },
};

use crate::{
    kit::{
        folder::folder,
        portal::{Portal, list, quick},
    },
    support::{self, MAX_AGE_DAYS, number},
};

const ACT: &str = "Circular 19 de 2024";
/// Noon of 20 November 2026, in UTC.
const FIRST_DAY: i64 = 1_795_176_000;
const DAY: i64 = 86_400;
/// Of the list in force.
const ROWS: u32 = 200;

/// A portal with a list of ceilings, and who reads it into a database.
struct Stage {
    database: Database,
    portal: Portal,
    runner: FeedRunner,
    folder: PathBuf,
}

impl Stage {
    async fn set(name: &'static str) -> Self {
        let database = support::database(name).await;
        let portal = Portal::with(&list(ROWS, ACT, |_| 1_000), FIRST_DAY).await;
        let folder = folder();
        let runner = FeedRunner {
            database: database.clone(),
            client: PortalClient::new(quick(portal.base())).unwrap(),
            folder: folder.clone(),
            max_age_days: MAX_AGE_DAYS,
            // A day in Bogota on which all lists of these tests have come.
            clock: Clock::Fixed("2026-12-31T17:00:00Z".parse().unwrap()),
        };
        Self { database, portal, runner, folder }
    }

    async fn run(&self) -> EndedRun {
        self.run_of("ceilings").await
    }

    async fn run_of(&self, feed: &str) -> EndedRun {
        match self.runner.run(feed, "schedule").await.unwrap() {
            FeedOutcome::Ended(_, ended) => *ended,
            other => panic!("{other:?}"),
        }
    }

    /// Files that were imported, the version of the data, and rows of ceilings.
    async fn data(&self) -> [i64; 3] {
        let mut numbers = [0; 3];
        let statements = ["SELECT count(*) FROM source_file", "SELECT version FROM data_version", "SELECT count(*) FROM ceiling"];
        for (place, sql) in numbers.iter_mut().zip(statements) {
            *place = number(&self.database, sql).await;
        }
        numbers
    }
}

async fn text(database: &Database, sql: &str) -> String {
    database.read_connection().await.unwrap().query(sql, &[]).await.unwrap()[0].get(0)
}

/// `imported`, or the code of why not.
fn word(ended: &EndedRun) -> String {
    match &ended.state {
        RunState::Held { code, .. } => format!("held {code}"),
        RunState::Failed(fault) => fault.code().to_owned(),
        other => other.code().to_owned(),
    }
}
