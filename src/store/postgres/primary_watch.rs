//! Finds the primary among its servers, and within seconds another one that has taken over; the data version goes on from there.

use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::time::{sleep, timeout};
use tokio_postgres::{Client, Config, NoTls};

use super::{
    database::Database,
    error::StoreError,
    primary_address::{PrimaryAddress, ServerHistory, each_server},
    statements,
};

const PAUSE: Duration = Duration::from_millis(250);
/// A server that does not answer a simple query in time is not the primary now; connections to it end only when another one is.
const ANSWER_WITHIN: Duration = Duration::from_secs(1);
const RETRY_PAUSE: Duration = Duration::from_secs(1);

/// A server that may write.
struct LivePrimary {
    server: usize,
    history: ServerHistory,
    client: Client,
}

/// Until the task is dropped.
pub async fn follow(database: Database) {
    loop {
        if let Some(found) = find(&database).await {
            announce(&database, &found);
            tokio::select! {
                () = until_it_is_none(&found) => {}
                () = begin_history(&database) => {}
            }
        }
        sleep(PAUSE).await;
    }
}

/// All servers are tried at once. One whose history is newer than the known one is the primary, whatever a frozen one would say; of others that
/// would write, the one that was promoted later.
async fn find(database: &Database) -> Option<LivePrimary> {
    let servers = each_server(database.connection_config());
    let known = database.primary_address.borrow().history.clone();
    let mut tries: FuturesUnordered<_> = servers.iter().enumerate().map(|(server, config)| look_at(server, config)).collect();
    let mut best: Option<LivePrimary> = None;
    while let Some(tried) = tries.next().await {
        let Some(found) = tried.filter(|found| known.as_ref().is_none_or(|known| found.history.may_follow(known))) else {
            continue;
        };
        if known.as_ref().is_some_and(|known| found.history != *known) {
            return Some(found);
        }
        if best.as_ref().is_none_or(|best| found.history.timeline > best.history.timeline) {
            best = Some(found);
        }
    }
    best
}

async fn look_at(server: usize, config: &Config) -> Option<LivePrimary> {
    match timeout(ANSWER_WITHIN, connect(server, config)).await {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => {
            tracing::debug!(%error, server, "database: server is no primary");
            None
        }
        Err(_elapsed) => None,
    }
}

async fn connect(server: usize, config: &Config) -> Result<Option<LivePrimary>, StoreError> {
    let mut config = config.clone();
    config.application_name("termometro primary watch").connect_timeout(ANSWER_WITHIN);
    let (client, connection) = config.connect(NoTls).await?;
    // Ends with its client.
    tokio::spawn(connection);
    Ok(history_of(&client).await?.map(|history| LivePrimary { server, history, client }))
}

async fn history_of(client: &Client) -> Result<Option<ServerHistory>, StoreError> {
    let Some(row) = client.query_opt(statements::primary_history, &[]).await? else { return Ok(None) };
    Ok(Some(ServerHistory { system: row.try_get("system")?, timeline: row.try_get("timeline")? }))
}

fn announce(database: &Database, found: &LivePrimary) {
    let now = PrimaryAddress { server: Some(found.server), history: Some(found.history.clone()) };
    let before = database.primary_address.borrow().clone();
    if before == now {
        return;
    }
    // Counted as the servers stand in DATABASE_URL; addresses are not published.
    let (server, timeline) = (found.server + 1, &found.history.timeline);
    if before.history.is_none() {
        tracing::debug!(server, %timeline, "database: primary found");
    } else {
        metrics::counter!("database_primary_changes_total").increment(1);
        tracing::warn!(server, %timeline, "database: another server is the primary, connections to the one before are closed");
    }
    database.primary_address.send_replace(now);
}

/// Returns when this server is the primary no more, or says nothing.
async fn until_it_is_none(found: &LivePrimary) {
    loop {
        sleep(PAUSE).await;
        match timeout(ANSWER_WITHIN, history_of(&found.client)).await {
            Ok(Ok(Some(history))) if history == found.history => {}
            _ => return,
        }
    }
}

/// So that what other servers and clients have of versions that were lost is never taken for what comes now. Never returns.
async fn begin_history(database: &Database) {
    let mut postponed = false;
    loop {
        match raise_version(database).await {
            Ok(None) => break,
            Ok(Some(version)) => {
                tracing::info!(version, "database: data version raised, another server has taken over");
                break;
            }
            Err(error) if !std::mem::replace(&mut postponed, true) => {
                tracing::warn!(%error, "database: data version not raised yet, another server may have taken over");
            }
            Err(_) => {}
        }
        sleep(RETRY_PAUSE).await;
    }
    std::future::pending().await
}

/// The new version, if there is one. On a connection of its own: the commit may wait for a standby.
async fn raise_version(database: &Database) -> Result<Option<i64>, StoreError> {
    let client = database.import_connection().await?;
    let Some(row) = client.query_opt(statements::begin_history, &[]).await? else { return Ok(None) };
    let version = row.try_get("version")?;
    database.latest_version.observe(version);
    Ok(Some(version))
}
