//! The pool, with every wait bounded; and a lease that throws a connection away when its query did not finish.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
    time::Duration,
};

use deadpool_postgres::{ClientWrapper, Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use tokio::sync::watch;
use tokio_postgres::{Config, NoTls, Row, types::ToSql};

use super::{
    error::StoreError,
    newest_version::NewestVersion,
    point_reads::PointReads,
    standbys::{Server, Standbys},
};

#[derive(Clone, Debug)]
pub struct PoolLimits {
    pub connections_max: usize,
    pub statement_timeout_ms: u64,
    pub lock_timeout_ms: u64,
    pub wait_timeout_ms: u64,
    pub connect_timeout_ms: u64,
}

impl Default for PoolLimits {
    fn default() -> Self {
        Self {
            connections_max: 8,
            statement_timeout_ms: 5_000,
            lock_timeout_ms: 2_000,
            wait_timeout_ms: 2_000,
            connect_timeout_ms: 3_000,
        }
    }
}

/// The primary, and the standbys where there are any; cheap to clone.
#[derive(Clone)]
pub struct Database {
    primary: Reads,
    config: Config,
    limits: PoolLimits,
    /// Counts the writes that have ended, so that nobody reads a state from before one of them.
    writes: watch::Sender<u64>,
    standbys: Option<Arc<Standbys>>,
    /// Where leases come from.
    reads: Reads,
    /// The newest version of the data that anything in this process has heard of.
    pub newest: Arc<NewestVersion>,
}

impl Database {
    /// No connection is made yet: the service starts while the database is still away.
    pub fn new(config: Config, limits: &PoolLimits) -> Result<Self, StoreError> {
        let primary = Reads::of(config.clone(), limits)?;
        let (reads, limits, writes) = (primary.clone(), limits.clone(), watch::Sender::new(0));
        Ok(Self { primary, config, limits, writes, standbys: None, reads, newest: Arc::default() })
    }

    /// How to connect beside the pool.
    pub fn connection_config(&self) -> &Config {
        &self.config
    }

    /// Watches these standbys from now on; must be called within the runtime.
    pub fn with_standbys(self, configs: Vec<Config>, lag_max: Duration) -> Result<Self, StoreError> {
        let standbys = Standbys::watch(&self.config, configs, self.writes.clone(), &self.limits, lag_max)?;
        Ok(Self { standbys: Some(Arc::new(standbys)), ..self })
    }

    pub fn standbys(&self) -> Option<&Arc<Standbys>> {
        self.standbys.as_ref()
    }

    /// The same database, with all leases from one server.
    pub fn reading_from(&self, server: Server) -> Self {
        let standby = |index: usize| Some(self.standbys.as_ref()?.board.standbys.get(index)?.reads.clone());
        let reads = match server {
            Server::Primary => None,
            Server::Standby(index) => standby(index),
        };
        Self { reads: reads.unwrap_or_else(|| self.primary.clone()), ..self.clone() }
    }

    /// A connection to read on.
    pub async fn lease(&self) -> Result<Lease, StoreError> {
        Ok(Lease { object: Some(self.reads.pool.get().await?), idle: true, in_snapshot: false })
    }

    /// One statement that is quick by its nature, on a connection that is shared.
    pub async fn point(&self, sql: &'static str, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, StoreError> {
        self.reads.points.query(sql, params).await
    }

    /// A pooled connection for a transaction that is seen through to its end: whoever leaves it half-way takes it out of the pool.
    pub async fn object(&self) -> Result<Writing<Object>, StoreError> {
        Ok(Writing { connection: self.primary.pool.get().await?, writes: self.writes.clone() })
    }

    /// A connection of its own for a long read.
    pub async fn unbounded(&self) -> Result<ClientWrapper, StoreError> {
        let client = Object::take(self.reads.pool.get().await?);
        client.batch_execute("SET statement_timeout = 0").await?;
        Ok(client)
    }

    /// A connection of its own for long work (imports), outside the pool's statement timeout once it asks for that.
    pub async fn writer(&self) -> Result<Writing<ClientWrapper>, StoreError> {
        Ok(Writing { connection: Object::take(self.primary.pool.get().await?), writes: self.writes.clone() })
    }
}

/// A connection to the primary, to write on. When it is given back, the write counts as ended.
pub struct Writing<C> {
    connection: C,
    writes: watch::Sender<u64>,
}

impl<C> Deref for Writing<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.connection
    }
}

impl<C> DerefMut for Writing<C> {
    fn deref_mut(&mut self) -> &mut C {
        &mut self.connection
    }
}

impl<C> Drop for Writing<C> {
    fn drop(&mut self) {
        self.writes.send_modify(|writes| *writes += 1);
    }
}

/// The connections to one server; all servers have the same limits.
#[derive(Clone)]
pub struct Reads {
    pub pool: Pool,
    points: Arc<PointReads>,
}

impl Reads {
    /// No connection is made yet.
    pub fn of(config: Config, limits: &PoolLimits) -> Result<Self, StoreError> {
        let config = bounded(config, limits);
        Ok(Self { points: Arc::new(PointReads::new(config.clone(), limits)), pool: build(config, limits)? })
    }
}

/// With every wait of the connection's own bounded.
fn bounded(mut config: Config, limits: &PoolLimits) -> Config {
    let PoolLimits { statement_timeout_ms, lock_timeout_ms, .. } = limits;
    config.options(format!(
        "-c statement_timeout={statement_timeout_ms} -c lock_timeout={lock_timeout_ms} \
         -c idle_in_transaction_session_timeout=30000 -c timezone=UTC -c plan_cache_mode=force_custom_plan -c default_transaction_isolation=read\\ committed"
    ));
    // Of several hosts, the first may be the one that is gone: the others must get their try within the same time.
    let hosts = u64::try_from(config.get_hosts().len()).unwrap_or(1).max(1);
    let tries = if hosts == 1 { 1 } else { hosts + 1 };
    config.application_name("termometro").connect_timeout(Duration::from_millis((limits.connect_timeout_ms / tries).max(1)));
    config
}

fn build(config: Config, limits: &PoolLimits) -> Result<Pool, StoreError> {
    let manager = Manager::from_config(config, NoTls, ManagerConfig { recycling_method: RecyclingMethod::Fast });
    let wait = Some(Duration::from_millis(limits.wait_timeout_ms));
    let builder = Pool::builder(manager).max_size(limits.connections_max).runtime(Runtime::Tokio1);
    let builder = builder.wait_timeout(wait).create_timeout(wait).recycle_timeout(wait);
    let builder = builder.post_create(Hook::async_fn(|client, _| Box::pin(take_role(client))));
    builder.build().map_err(|error| StoreError::Bug(Box::new(error)))
}

/// Works under the service's role where there is one: adding and reading, never changing evidence.
async fn take_role(client: &ClientWrapper) -> Result<(), HookError> {
    client.batch_execute(super::statements::take_service_role).await.map_err(HookError::Backend)
}

/// A connection that goes back to the pool only when nothing is running on it.
///
/// A query dropped half-way keeps running in PostgreSQL, and the next user of the connection would wait for it.
pub struct Lease {
    object: Option<Object>,
    idle: bool,
    in_snapshot: bool,
}

impl Lease {
    pub async fn query(&mut self, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, StoreError> {
        let Some(object) = self.object.as_ref() else {
            return Err(StoreError::Timeout);
        };
        self.idle = false;
        let statement = object.prepare_cached(sql).await?;
        let rows = object.query(&statement, params).await?;
        self.idle = !self.in_snapshot;
        Ok(rows)
    }

    pub async fn query_opt(&mut self, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Result<Option<Row>, StoreError> {
        Ok(self.query(sql, params).await?.into_iter().next())
    }

    /// Several reads of one state of the database.
    pub async fn begin_snapshot(&mut self) -> Result<(), StoreError> {
        self.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await
    }

    /// The same for statements that look up few rows by their keys, whatever is asked: planning each of them anew would take longer
    /// than answering.
    pub async fn begin_snapshot_by_key(&mut self) -> Result<(), StoreError> {
        self.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL plan_cache_mode = force_generic_plan").await
    }

    async fn begin(&mut self, sql: &str) -> Result<(), StoreError> {
        self.run(sql).await?;
        // An abandoned snapshot must not go back to the pool, so the connection is not idle until it ends.
        self.in_snapshot = true;
        Ok(())
    }

    pub async fn end_snapshot(&mut self) -> Result<(), StoreError> {
        self.run("COMMIT").await?;
        self.in_snapshot = false;
        self.idle = true;
        Ok(())
    }

    /// The connection itself, inside a snapshot.
    pub fn busy(&mut self) -> Result<&Object, StoreError> {
        self.idle = false;
        self.object.as_ref().ok_or(StoreError::Timeout)
    }

    async fn run(&mut self, sql: &str) -> Result<(), StoreError> {
        let Some(object) = self.object.as_ref() else {
            return Err(StoreError::Timeout);
        };
        self.idle = false;
        object.batch_execute(sql).await?;
        Ok(())
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if self.idle {
            return;
        }
        let Some(object) = self.object.take() else { return };
        let cancel = object.cancel_token();
        drop(Object::take(object));
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                // Best effort: the connection is gone from the pool either way.
                let _ = tokio::time::timeout(Duration::from_secs(2), cancel.cancel_query(NoTls)).await;
            });
        }
    }
}
