//! Connections to one server: every wait is bounded, and a read connection is dropped when its query did not finish.

use std::{
    ops::{Deref, DerefMut},
    time::Duration,
};

use deadpool_postgres::{ClientWrapper, Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use tokio::sync::watch;
use tokio_postgres::{Config, NoTls, Row, types::ToSql};

use super::{
    error::StoreError,
    limits::PoolLimits,
    primary_address::{PrimaryAddress, ToPrimary},
};

/// A write connection to the primary. When it is returned to the pool, the write counts as ended.
pub struct WriteConnection<C> {
    connection: C,
    writes: watch::Sender<u64>,
}

impl<C> WriteConnection<C> {
    pub fn new(connection: C, writes: watch::Sender<u64>) -> Self {
        Self { connection, writes }
    }
}

impl<C> Deref for WriteConnection<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.connection
    }
}

impl<C> DerefMut for WriteConnection<C> {
    fn deref_mut(&mut self) -> &mut C {
        &mut self.connection
    }
}

impl<C> Drop for WriteConnection<C> {
    fn drop(&mut self) {
        self.writes.send_modify(|writes| *writes += 1);
    }
}

/// The connections to one server; all servers have the same limits.
#[derive(Clone)]
pub struct Reads {
    pub pool: Pool,
    waiting_max: usize,
}

impl Reads {
    /// No connection is made yet.
    pub fn of(config: Config, limits: &PoolLimits) -> Result<Self, StoreError> {
        let manager = Manager::from_config(bounded(config, limits), NoTls, recycling());
        Ok(Self { pool: build(manager, limits)?, waiting_max: limits.waiting_max })
    }

    /// Of the primary, wherever it is: connections to a server that is it no more end by themselves.
    pub fn of_primary(config: Config, limits: &PoolLimits, address: watch::Sender<PrimaryAddress>) -> Result<Self, StoreError> {
        let manager = Manager::from_connect(bounded(config, limits), ToPrimary(address), recycling());
        Ok(Self { pool: build(manager, limits)?, waiting_max: limits.waiting_max })
    }

    pub(super) fn are_waiting(&self) -> bool {
        self.pool.status().waiting > 0
    }

    /// Refused at once where many wait already: whoever waits in a long queue is answered too late, and so is everybody behind.
    pub async fn connection(&self) -> Result<Object, StoreError> {
        if self.pool.status().waiting >= self.waiting_max {
            metrics::counter!("db_reads_refused_total").increment(1);
            return Err(StoreError::Busy);
        }
        Ok(self.pool.get().await?)
    }
}

/// With every wait of the connection's own bounded.
fn bounded(mut config: Config, limits: &PoolLimits) -> Config {
    let PoolLimits { statement_timeout_ms, lock_timeout_ms, .. } = limits;
    config.options(format!(
        "-c statement_timeout={statement_timeout_ms} -c lock_timeout={lock_timeout_ms} \
         -c idle_in_transaction_session_timeout=30000 -c timezone=UTC -c plan_cache_mode=force_custom_plan -c default_transaction_isolation=read\\ committed"
    ));
    // The first of several hosts may be down; the others must be tried within the same time.
    let hosts = u64::try_from(config.get_hosts().len()).unwrap_or(1).max(1);
    let tries = if hosts == 1 { 1 } else { hosts + 1 };
    config.application_name("termometro").connect_timeout(Duration::from_millis((limits.connect_timeout_ms / tries).max(1)));
    config
}

fn recycling() -> ManagerConfig {
    ManagerConfig { recycling_method: RecyclingMethod::Fast }
}

fn build(manager: Manager, limits: &PoolLimits) -> Result<Pool, StoreError> {
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

const BEGIN_BY_KEY: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL plan_cache_mode = force_generic_plan";

/// A connection that goes back to the pool only when nothing is running on it.
///
/// A query dropped half-way keeps running in PostgreSQL, and the next user of the connection would wait for it.
pub struct ReadConnection {
    object: Option<Object>,
    answer_timeout: Duration,
    idle: bool,
    in_snapshot: bool,
}

impl ReadConnection {
    pub fn new(object: Object, answer_timeout: Duration) -> Self {
        Self { object: Some(object), answer_timeout, idle: true, in_snapshot: false }
    }

    pub async fn query(&mut self, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, StoreError> {
        let Some(object) = self.object.as_ref() else {
            return Err(StoreError::Timeout);
        };
        self.idle = false;
        let rows = within(self.answer_timeout, async {
            let statement = object.prepare_cached(sql).await?;
            object.query(&statement, params).await
        })
        .await?;
        self.idle = !self.in_snapshot;
        Ok(rows)
    }

    pub(crate) async fn query_opt(&mut self, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Result<Option<Row>, StoreError> {
        Ok(self.query(sql, params).await?.into_iter().next())
    }

    /// One statement that looks up few rows by their keys, whatever its filters: planning it anew would take longer than answering.
    /// The messages go out together, so that it costs one round trip. Outside a snapshot: it would end it.
    pub(crate) async fn query_by_key(&mut self, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, StoreError> {
        let Some(object) = self.object.as_ref() else {
            return Err(StoreError::Timeout);
        };
        debug_assert!(!self.in_snapshot, "a transaction of its own inside a snapshot");
        self.idle = false;
        let rows = within(self.answer_timeout, async {
            let statement = object.prepare_cached(sql).await?;
            let (begun, rows, ended) = tokio::join!(
                biased;
                object.batch_execute(BEGIN_BY_KEY),
                object.query(&statement, params),
                object.batch_execute("COMMIT"),
            );
            begun?;
            let rows = rows?;
            ended?;
            Ok(rows)
        })
        .await?;
        self.idle = true;
        Ok(rows)
    }

    /// Several reads of one state of the database.
    pub(crate) async fn begin_snapshot(&mut self) -> Result<(), StoreError> {
        self.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await
    }

    /// The same for statements that look up few rows by their keys, whatever is asked: planning each of them anew would take longer
    /// than answering.
    pub(crate) async fn begin_snapshot_by_key(&mut self) -> Result<(), StoreError> {
        self.begin(BEGIN_BY_KEY).await
    }

    async fn begin(&mut self, sql: &str) -> Result<(), StoreError> {
        self.run(sql).await?;
        // An abandoned snapshot must not go back to the pool, so the connection is not idle until it ends.
        self.in_snapshot = true;
        Ok(())
    }

    pub(crate) async fn end_snapshot(&mut self) -> Result<(), StoreError> {
        self.run("COMMIT").await?;
        self.in_snapshot = false;
        self.idle = true;
        Ok(())
    }

    /// The connection itself, inside a snapshot.
    pub fn client(&mut self) -> Result<&Object, StoreError> {
        self.idle = false;
        self.object.as_ref().ok_or(StoreError::Timeout)
    }

    async fn run(&mut self, sql: &str) -> Result<(), StoreError> {
        let Some(object) = self.object.as_ref() else {
            return Err(StoreError::Timeout);
        };
        self.idle = false;
        within(self.answer_timeout, object.batch_execute(sql)).await
    }
}

/// An answer of the server, unless it is frozen or cut off.
async fn within<T>(time: Duration, answer: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T, StoreError> {
    match tokio::time::timeout(time, answer).await {
        Ok(answer) => Ok(answer?),
        Err(_elapsed) => Err(StoreError::Unavailable("no answer in time, not even a refusal".into())),
    }
}

impl Drop for ReadConnection {
    fn drop(&mut self) {
        if self.idle {
            return;
        }
        let Some(object) = self.object.take() else { return };
        let cancel = object.cancel_token();
        drop(Object::take(object));
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                // Best effort: the connection is removed from the pool in any case.
                let _ = tokio::time::timeout(Duration::from_secs(2), cancel.cancel_query(NoTls)).await;
            });
        }
    }
}
