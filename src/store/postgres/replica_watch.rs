//! Asks the primary and each standby for their position about four times a second; a broken connection counts at once.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    sync::watch,
    time::{sleep, timeout},
};
use tokio_postgres::{Client, Config, Row, types::PgLsn};

use super::{
    error::StoreError,
    lag_tracker::LagTracker,
    primary_address::{PrimaryAddress, connect_first, history_changed},
    replicas::{ReplicaSet, ReplicaStatus, Server},
    statements,
};

const PAUSE: Duration = Duration::from_millis(250);
/// While a standby lags, and has not done so for long.
const SHORT_PAUSE: Duration = Duration::from_millis(10);
const SHORTLY: Duration = Duration::from_secs(2);
/// A server that does not answer this simple query in time counts as down.
const ANSWER_WITHIN: Duration = Duration::from_secs(1);

pub async fn primary(replicas: Arc<ReplicaSet>, config: Config, mut address: watch::Receiver<PrimaryAddress>) {
    let mut history = None;
    loop {
        let known = address.borrow_and_update().clone();
        if history.is_some() && known.history != history {
            // Positions of another timeline say nothing about this one.
            replicas.lag_tracker.send_replace(LagTracker::default());
        }
        let servers = known.candidates(&config);
        history = known.history;
        let outcome = tokio::select! {
            outcome = session(servers, async |client: &Client| ask_primary(&replicas, client).await) => outcome,
            () = history_changed(&mut address, &mut history) => Ok(()),
        };
        if replicas.primary.send_replace(false) {
            tracing::warn!(reason = why(outcome), "replica: primary down, standbys answer reads");
        }
        sleep(PAUSE).await;
    }
}

pub async fn standby(replicas: Arc<ReplicaSet>, index: usize, config: Config) {
    // The state last logged: a lag of some milliseconds after every write is not logged.
    let mut in_use = false;
    loop {
        let servers = PrimaryAddress::default().candidates(&config);
        let outcome = session(servers, async |client: &Client| ask_standby(&replicas, index, &mut in_use, client).await).await;
        leave_out(&replicas, index, &mut in_use, &why(outcome));
        sleep(PAUSE).await;
    }
}

/// It takes no reads until it shows again what it holds.
fn leave_out(replicas: &ReplicaSet, index: usize, in_use: &mut bool, reason: &str) {
    if let Some(standby) = replicas.standbys.get(index) {
        standby.state.send_replace(ReplicaStatus::AWAY);
    }
    let server = Server::Standby(index);
    if std::mem::take(in_use) {
        tracing::warn!(server = replicas.name(server), reason, "replica: standby down, other servers answer its reads");
    }
    note_change(replicas, server, false);
}

/// One connection and what is asked on it, until either ends.
async fn session(
    mut servers: Vec<(usize, Config)>,
    asking: impl AsyncFnOnce(&Client) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    for (_, config) in &mut servers {
        config.application_name("termometro watch").connect_timeout(ANSWER_WITHIN);
    }
    let connecting = timeout(ANSWER_WITHIN * 2, connect_first(servers)).await;
    let (_, client, connection) = connecting.map_err(|_| StoreError::Timeout)??;
    tokio::select! {
        ended = connection => Ok(ended?),
        outcome = asking(&client) => outcome,
    }
}

async fn ask_primary(replicas: &ReplicaSet, client: &Client) -> Result<(), StoreError> {
    let mut writes = replicas.writes.subscribe();
    loop {
        // Counted before the query: writes that ended by then lie before the position.
        let (ended, at) = (*writes.borrow_and_update(), Instant::now());
        let row = answer(client, statements::primary_position).await?.ok_or(StoreError::Timeout)?;
        let position: PgLsn = row.try_get("position")?;
        replicas.primary.send_replace(true);
        replicas.lag_tracker.send_if_modified(|lag_tracker| lag_tracker.note(at, ended, position.into()));
        // After the pause or after a write, ask again.
        let _ = timeout(PAUSE, writes.changed()).await;
    }
}

async fn ask_standby(replicas: &ReplicaSet, index: usize, in_use: &mut bool, client: &Client) -> Result<(), StoreError> {
    let (server, mut lag_tracker) = (Server::Standby(index), replicas.lag_tracker.subscribe());
    loop {
        lag_tracker.mark_unchanged();
        let Some(row) = answer(client, statements::standby_position).await? else {
            // It was promoted: the primary's address leads to it. As a standby again it answers on another connection.
            leave_out(replicas, index, in_use, "it is no standby");
            sleep(PAUSE).await;
            continue;
        };
        let replayed: Option<PgLsn> = row.try_get("position")?;
        let state = replicas.note(index, replayed.map_or(0, u64::from));
        let fit = replicas.is_fit(server);
        let (name, lag_ms) = (replicas.name(server), state.lag.as_millis());
        if fit && !std::mem::replace(in_use, true) {
            tracing::info!(server = name, "replica: standby in use");
        } else if state.lag > replicas.lag_max && std::mem::take(in_use) {
            tracing::warn!(server = name, lag_ms, "replica: standby lags, other servers answer its reads");
        }
        note_change(replicas, server, fit);
        let pause = if state.lag.is_zero() || state.lag > SHORTLY { PAUSE } else { SHORT_PAUSE };
        let _ = timeout(pause, lag_tracker.changed()).await;
    }
}

fn why(outcome: Result<(), StoreError>) -> String {
    let Err(error) = outcome else { return "the connection ended".to_owned() };
    let chain = std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source());
    chain.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

async fn answer(client: &Client, sql: &str) -> Result<Option<Row>, StoreError> {
    let rows = timeout(ANSWER_WITHIN, client.query_opt(sql, &[])).await;
    Ok(rows.map_err(|_| StoreError::Timeout)??)
}

fn note_change(replicas: &ReplicaSet, server: Server, fit: bool) {
    let Server::Standby(index) = server else { return };
    let Some(standby) = replicas.standbys.get(index) else { return };
    let state = *standby.state.borrow();
    let lag = if state.alive { state.lag.min(Duration::from_secs(86_400)) } else { Duration::ZERO };
    metrics::gauge!("database_standby_lag_seconds", "server" => standby.name.clone()).set(lag);
    metrics::gauge!("database_standby_ready", "server" => standby.name.clone()).set(u32::from(fit));
    // The same under its old name, for one release.
    metrics::gauge!("database_standby_fit", "server" => standby.name.clone()).set(u32::from(fit));
}
