//! The composition root: the one file that knows every layer and joins them.
use std::sync::Arc;

use crate::cluster::{Cluster, ServerState, Watcher};
use crate::store::transaction::{
    migrate,
    schema::{self, SchemaMismatch},
};
use crate::{config::Config, store};
use anyhow::Context;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The exit code of a program ended by Ctrl-C.
const INTERRUPTED: i32 = 130;

/// The database of this run: an external server, or the private one, which runs as long as this value lives.
#[derive(Debug)]
pub struct Database {
    /// Of the account that migrates and imports.
    connection: tokio_postgres::Config,
    /// Of the account that serves, where it is another.
    serving: Option<tokio_postgres::Config>,
    /// Dropped first: nothing may start the server again once this program has left it.
    watcher: Option<Watcher>,
    cluster: Option<Cluster>,
}

impl Database {
    /// Uses `DATABASE_URL` when it is set and starts nothing then; else starts or joins the private server.
    ///
    /// # Errors
    /// One line saying why the private server cannot start.
    pub async fn open(config: &Config) -> anyhow::Result<Database> {
        if let Some(url) = &config.database_url {
            let url = url.connection_config();
            return Ok(match &config.database_migration_url {
                Some(owner) => {
                    Database { connection: owner.connection_config(), serving: Some(url), watcher: None, cluster: None }
                }
                None => Database { connection: url, serving: None, watcher: None, cluster: None },
            });
        }
        let dir = config.data_dir.clone();
        let cluster = tokio::task::spawn_blocking(move || Cluster::start(&dir)).await.context("starting PostgreSQL")??;
        if let Some(notice) = cluster.notice() {
            tracing::warn!("database: {notice}");
        }
        tracing::info!(home = %cluster.home().display(), origin = ?cluster.origin(), "database: private PostgreSQL is ready");
        let (connection, serving) = (cluster.connection_config(), Some(cluster.service_config()));
        let watcher = Some(cluster.watch(config.postgres_restarts_max));
        Ok(Database { connection, serving, watcher, cluster: Some(cluster) })
    }

    #[must_use]
    pub fn connection_config(&self) -> tokio_postgres::Config {
        self.connection.clone()
    }

    /// The private server, when there is one.
    #[must_use]
    pub fn private(&self) -> Option<&Cluster> {
        self.cluster.as_ref()
    }

    /// The pool, on a schema that is up to date.
    ///
    /// # Errors
    /// When the server cannot be reached, its schema is newer than this program, or a migration fails.
    pub async fn migrated(&self, config: &Config) -> anyhow::Result<store::postgres::database::Database> {
        let database = self.pool(config)?;
        if let Err(mismatch @ SchemaMismatch::Newer { .. }) = schema::compare(&*database.write_connection().await?).await? {
            return Err(mismatch.into());
        }
        bring_up_to_date(&database).await?;
        Ok(database)
    }

    /// The pool under which the service serves: a log-in that owns nothing, where there is one. On the private server it is made here, after the
    /// schema; a server that an earlier release started does not know it, and is served as before.
    ///
    /// # Errors
    /// When the settings contradict each other.
    pub async fn serving(
        &self,
        config: &Config,
        owner: store::postgres::database::Database,
    ) -> anyhow::Result<store::postgres::database::Database> {
        let Some(serving) = &self.serving else { return Ok(owner) };
        let database = store::postgres::database::Database::new(serving.clone(), &pool_limits(config))?;
        if self.cluster.is_none() {
            return Ok(database);
        }
        let tried = match store::transaction::service_login::ensure(&owner).await {
            Ok(()) => store::transaction::service_login::is_superuser(&database).await,
            Err(error) => Err(error),
        };
        match tried {
            Ok(_) => Ok(database),
            Err(error) => {
                tracing::warn!(%error, "database: served under the owner's log-in, restart the private PostgreSQL to change that");
                Ok(owner)
            }
        }
    }

    /// The pool, on a schema that is this program's; nothing is migrated.
    ///
    /// # Errors
    /// When the server cannot be reached or its schema is another one.
    pub async fn as_it_is(&self, config: &Config) -> anyhow::Result<store::postgres::database::Database> {
        let database = self.pool(config)?;
        schema::compare(&*database.write_connection().await?).await??;
        Ok(database)
    }

    /// The pool; no connection is made yet.
    ///
    /// # Errors
    /// When the settings contradict each other.
    pub fn pool(&self, config: &Config) -> anyhow::Result<store::postgres::database::Database> {
        let database = store::postgres::database::Database::new(self.connection_config(), &pool_limits(config))?;
        let Some(watcher) = &self.watcher else { return Ok(database) };
        let state = watcher.state();
        Ok(database.restarting_when(Arc::new(move || *state.borrow() == ServerState::Restarting)))
    }

    /// Returns when the private server is gone for good; never for an external one.
    pub fn lost(&self) -> impl Future<Output = ()> + Send + use<> {
        let state = self.watcher.as_ref().map(Watcher::state);
        async move {
            let Some(mut state) = state else { return std::future::pending().await };
            if state.wait_for(|state| *state == ServerState::GivenUp).await.is_err() {
                // The watcher ended with the program's use of the server.
                std::future::pending::<()>().await;
            }
        }
    }

    /// Leaves the private server, which stops when no other program uses it; close every connection first.
    ///
    /// # Errors
    /// When it does not stop in time.
    pub async fn close(self) -> anyhow::Result<()> {
        let Database { watcher, cluster: Some(cluster), .. } = self else { return Ok(()) };
        let leave = move || {
            drop(watcher);
            cluster.stop()
        };
        let departure = tokio::task::spawn_blocking(leave).await.context("stopping PostgreSQL")??;
        tracing::info!(?departure, "database: private PostgreSQL released");
        Ok(())
    }
}

/// The schema is this program's, and what a backup leaves out is there.
///
/// # Errors
/// When a migration fails.
pub async fn bring_up_to_date(database: &store::postgres::database::Database) -> anyhow::Result<()> {
    let applied = migrate::apply(database).await.context("bringing the schema up to date")?;
    for migration in &applied {
        tracing::info!(%migration, "database: migration applied");
    }
    // Before changes are looked for: presentations that are not made again yet would count as gone.
    if store::made_again::catch_up(database).await.context("making again what a backup leaves out")? {
        tracing::info!("database: what a backup leaves out was made again");
    }
    migrate::record_unrecorded(database, !applied.is_empty()).await.context("recording what an earlier program did not")
}

/// A pool on another database, within the same limits; no connection is made yet.
///
/// # Errors
/// When the settings contradict each other.
pub fn pool_on(connection: tokio_postgres::Config, config: &Config) -> anyhow::Result<store::postgres::database::Database> {
    Ok(store::postgres::database::Database::new(connection, &pool_limits(config))?)
}

fn pool_limits(config: &Config) -> store::postgres::limits::PoolLimits {
    let ms = |duration: std::time::Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    store::postgres::limits::PoolLimits {
        connections_max: config.pool.connections_max,
        waiting_max: config.pool.waiting_max,
        statement_timeout_ms: ms(config.pool.statement_timeout),
        lock_timeout_ms: ms(config.pool.lock_timeout),
        wait_timeout_ms: ms(config.pool.wait_timeout),
        connect_timeout_ms: ms(config.pool.create_timeout),
    }
}

/// Ctrl-C, SIGTERM and a closed terminal. Signals are caught from the creation of this value on, so that one during the start is not lost.
#[derive(Debug)]
pub struct StopSignal {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl StopSignal {
    /// # Errors
    /// When the system refuses the handlers.
    pub fn listen() -> std::io::Result<StopSignal> {
        Ok(StopSignal {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    /// Returns at the first signal; a second one ends the program at once, for a person who will not wait.
    pub async fn received(mut self) {
        self.next().await;
        tracing::info!("server: stopping on a signal");
        tokio::spawn(async move {
            self.next().await;
            std::process::exit(INTERRUPTED);
        });
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
        }
    }
}
