//! Reads feeds when they are due, for as long as the service runs.

use std::time::Duration;

use jiff::SignedDuration;

use super::running::{FeedOutcome, FeedRunner};
use crate::{
    domain::feeds::due::is_due,
    import::report::Acceptance,
    store::{
        feeds::{self, FeedRequest},
        postgres::error::StoreError,
    },
};

/// How often to look whether one is due.
const POLL: Duration = Duration::from_secs(20);

/// Runs as long as the task lives. Whatever fails is logged and tried again.
pub async fn run(runner: FeedRunner, every: SignedDuration) {
    let mut rounds = tokio::time::interval(POLL);
    rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        rounds.tick().await;
        if let Err(error) = run_due(&runner, every).await {
            tracing::warn!(%error, "feed: runs postponed");
        }
    }
}

/// Does what persons wanted over the network; how many of it.
async fn do_requests(runner: &FeedRunner) -> Result<usize, StoreError> {
    let requests = feeds::waiting_requests(&*runner.database.write_connection().await?).await?;
    let mut done = 0;
    for FeedRequest { id, feed, release_run, by, reason } in requests {
        let is_done = match release_run {
            Some(run) => runner.release(run, Acceptance { by, reason }).await?,
            None => runner.run(&feed, &by).await? != FeedOutcome::Busy,
        };
        if !is_done {
            break;
        }
        feeds::take_request(&*runner.database.write_connection().await?, id, runner.clock.now()).await?;
        done += 1;
    }
    Ok(done)
}

/// Does what persons wanted, and reads each feed that is due, one after another; how many.
pub async fn run_due(runner: &FeedRunner, every: SignedDuration) -> Result<usize, StoreError> {
    let mut runs = do_requests(runner).await?;
    let histories = feeds::histories(&*runner.database.write_connection().await?).await?;
    for (name, history) in histories {
        if !is_due(&name, &history, every, runner.clock.now()) {
            continue;
        }
        match runner.run(&name, "schedule").await? {
            // Another service is at it, and goes on with the others.
            FeedOutcome::Busy => break,
            FeedOutcome::NoSuchFeed => {}
            FeedOutcome::Ended(..) => runs += 1,
        }
    }
    Ok(runs)
}
