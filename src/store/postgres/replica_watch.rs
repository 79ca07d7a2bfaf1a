//! Asks the primary and each standby, some four times a second, how far they are; a broken connection is news at once.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::time::{sleep, timeout};
use tokio_postgres::{Client, Config, NoTls, Row, types::PgLsn};

use super::{
    error::StoreError,
    replicas::{ReplicaSet, Server, State},
    statements,
};

const PAUSE: Duration = Duration::from_millis(250);
/// While a standby owes something, and it is not yet clear that it will owe it for long.
const SHORT_PAUSE: Duration = Duration::from_millis(10);
const SHORTLY: Duration = Duration::from_secs(2);
/// A server that does not answer so simple a question in this time is taken as gone.
const ANSWER_WITHIN: Duration = Duration::from_secs(1);

pub async fn primary(board: Arc<ReplicaSet>, config: Config) {
    loop {
        let outcome = session(&config, async |client: &Client| ask_primary(&board, client).await).await;
        if board.primary.send_replace(false) {
            tracing::warn!(why = why(outcome), "the primary does not answer; reads go on where a standby lives");
        }
        sleep(PAUSE).await;
    }
}

pub async fn standby(board: Arc<ReplicaSet>, index: usize, config: Config) {
    let server = Server::Standby(index);
    // As it was last told to the log: what every write does for some milliseconds is no news.
    let mut in_use = false;
    loop {
        let outcome = session(&config, async |client: &Client| ask_standby(&board, index, &mut in_use, client).await).await;
        if let Some(standby) = board.standbys.get(index) {
            standby.state.send_replace(State::AWAY);
        }
        if std::mem::take(&mut in_use) {
            tracing::warn!(server = board.name(server), why = why(outcome), "a standby is gone; its reads go elsewhere");
        }
        tell(&board, server, false);
        sleep(PAUSE).await;
    }
}

/// One connection and what is asked on it, until either ends.
async fn session(config: &Config, asking: impl AsyncFnOnce(&Client) -> Result<(), StoreError>) -> Result<(), StoreError> {
    let mut config = config.clone();
    config.application_name("termometro watch").connect_timeout(ANSWER_WITHIN);
    // Each of several hosts may keep us waiting before the right one is found.
    let hosts = u32::try_from(config.get_hosts().len()).unwrap_or(1);
    let connecting = timeout(ANSWER_WITHIN * (hosts + 1), config.connect(NoTls)).await;
    let (client, connection) = connecting.map_err(|_| StoreError::Timeout)??;
    tokio::select! {
        ended = connection => Ok(ended?),
        outcome = asking(&client) => outcome,
    }
}

async fn ask_primary(board: &ReplicaSet, client: &Client) -> Result<(), StoreError> {
    let mut writes = board.writes.subscribe();
    loop {
        // Counted before asking: what ended by then lies before the position.
        let (ended, at) = (*writes.borrow_and_update(), Instant::now());
        let row = answer(client, statements::primary_position).await?.ok_or(StoreError::Timeout)?;
        let position: PgLsn = row.try_get("position")?;
        board.primary.send_replace(true);
        board.track.send_if_modified(|track| track.note(at, ended, position.into()));
        // Either way it is time to ask again.
        let _ = timeout(PAUSE, writes.changed()).await;
    }
}

async fn ask_standby(board: &ReplicaSet, index: usize, in_use: &mut bool, client: &Client) -> Result<(), StoreError> {
    let (server, mut track) = (Server::Standby(index), board.track.subscribe());
    loop {
        track.mark_unchanged();
        // A server that was promoted is no standby any more; the primary's address leads to it.
        let row = answer(client, statements::standby_position).await?.ok_or_else(|| not_a_standby(board.name(server)))?;
        let replayed: Option<PgLsn> = row.try_get("position")?;
        let state = board.note(index, replayed.map_or(0, u64::from));
        let fit = board.is_fit(server);
        let (name, lag_ms) = (board.name(server), state.lag.as_millis());
        if fit && !std::mem::replace(in_use, true) {
            tracing::info!(server = name, "a standby takes reads");
        } else if state.lag > board.lag_max && std::mem::take(in_use) {
            tracing::warn!(server = name, lag_ms, "a standby is late; its reads go elsewhere");
        }
        tell(board, server, fit);
        let pause = if state.lag.is_zero() || state.lag > SHORTLY { PAUSE } else { SHORT_PAUSE };
        let _ = timeout(pause, track.changed()).await;
    }
}

fn why(outcome: Result<(), StoreError>) -> String {
    let Err(error) = outcome else { return "the connection ended".to_owned() };
    let chain = std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source());
    chain.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

fn not_a_standby(name: &str) -> StoreError {
    StoreError::Unavailable(format!("{name} is not in recovery: it is no standby").into())
}

async fn answer(client: &Client, sql: &str) -> Result<Option<Row>, StoreError> {
    let rows = timeout(ANSWER_WITHIN, client.query_opt(sql, &[])).await;
    Ok(rows.map_err(|_| StoreError::Timeout)??)
}

fn tell(board: &ReplicaSet, server: Server, fit: bool) {
    let Server::Standby(index) = server else { return };
    let Some(standby) = board.standbys.get(index) else { return };
    let state = *standby.state.borrow();
    let lag = if state.alive { state.lag.min(Duration::from_secs(86_400)) } else { Duration::ZERO };
    metrics::gauge!("database_standby_lag_seconds", "server" => standby.name.clone()).set(lag);
    metrics::gauge!("database_standby_fit", "server" => standby.name.clone()).set(u32::from(fit));
}
