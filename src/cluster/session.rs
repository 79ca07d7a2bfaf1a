//! Short connections of the cluster's own: is the server ready, make a database.
use super::error::ClusterError;
use std::future::Future;
use std::time::{Duration, Instant};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, Error, NoTls};

const POLL: Duration = Duration::from_millis(10);
const SAY_AFTER: Duration = Duration::from_secs(5);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readiness {
    Ready,
    /// The server ended while it was waited for.
    Gone,
    TimedOut,
}

/// Runs `work` to its end on a thread of its own, so that it may be called from inside and outside a runtime.
pub fn block_on<T: Send>(work: impl Future<Output = Result<T, ClusterError>> + Send) -> Result<T, ClusterError> {
    let run = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|fault| ClusterError::Query { reason: fault.to_string() })?;
        runtime.block_on(work)
    };
    std::thread::scope(|scope| scope.spawn(run).join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
}

/// Waits until the server takes connections; `is_gone` tells that it never will.
pub async fn wait_until_ready(
    config: &Config,
    wait_max: Duration,
    is_gone: impl Fn() -> bool,
) -> Result<Readiness, ClusterError> {
    let started = Instant::now();
    let mut said = false;
    while started.elapsed() < wait_max {
        // Checked before connecting: a server that ends after its last answer is noticed in the next round.
        let gone = is_gone();
        match connect(config).await {
            Ok(_client) => return Ok(Readiness::Ready),
            Err(fault) if fault.code() == Some(&SqlState::TOO_MANY_CONNECTIONS) => return Ok(Readiness::Ready),
            Err(_) if gone => return Ok(Readiness::Gone),
            Err(fault) if is_coming_up(&fault) => {}
            Err(fault) => return Err(ClusterError::query(&fault)),
        }
        if !said && started.elapsed() > SAY_AFTER {
            tracing::info!("database: waiting for PostgreSQL, which may be recovering from a crash");
            said = true;
        }
        tokio::time::sleep(POLL).await;
    }
    Ok(Readiness::TimedOut)
}

pub async fn ensure_database(maintenance: &Config, name: &str) -> Result<(), ClusterError> {
    let client = connect(maintenance).await.map_err(|fault| ClusterError::query(&fault))?;
    let found = client.query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&name]).await;
    if found.map_err(|fault| ClusterError::query(&fault))?.is_some() {
        return Ok(());
    }
    match client.batch_execute(&format!("CREATE DATABASE {}", quoted(name))).await {
        // Another program made it in between.
        Err(fault) if fault.code() == Some(&SqlState::DUPLICATE_DATABASE) => Ok(()),
        Err(fault) if fault.code() == Some(&SqlState::UNIQUE_VIOLATION) => Ok(()),
        outcome => outcome.map_err(|fault| ClusterError::query(&fault)),
    }
}

pub async fn execute(maintenance: &Config, statement: &str) -> Result<(), ClusterError> {
    let client = connect(maintenance).await.map_err(|fault| ClusterError::query(&fault))?;
    client.batch_execute(statement).await.map_err(|fault| ClusterError::query(&fault))
}

pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

async fn connect(config: &Config) -> Result<Client, Error> {
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// No socket yet, nobody behind it, or "the database system is starting up".
fn is_coming_up(fault: &Error) -> bool {
    fault.code().is_none_or(|code| *code == SqlState::CANNOT_CONNECT_NOW)
}
