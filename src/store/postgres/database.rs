//! The database: the primary for writes, and the server for reads.

use std::{sync::Arc, time::Duration};

use deadpool_postgres::{ClientWrapper, Object};
use tokio::sync::watch;
use tokio_postgres::Config;

use super::{
    connections::{ReadConnection, Reads, WriteConnection},
    error::StoreError,
    latest_version::LatestVersion,
    limits::PoolLimits,
    primary_address::PrimaryAddress,
    replica_set::WatchedReplicas,
    replicas::Server,
};

/// Whether the primary is being started again at this moment.
pub type RestartCheck = Arc<dyn Fn() -> bool + Send + Sync>;

/// How the pool of connections to the primary stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolState {
    pub connections_max: usize,
    pub open: usize,
    /// Open, and used by nobody at this moment.
    pub free: usize,
    /// Requests that wait for one.
    pub waiting: usize,
}

/// The primary, and the standbys where there are any; cheap to clone.
#[derive(Clone)]
pub struct Database {
    primary: Reads,
    config: Config,
    /// Where the primary is, once `primary_watch::follow` has found it.
    pub primary_address: watch::Sender<PrimaryAddress>,
    limits: PoolLimits,
    /// Counts the writes that have ended, so that no read sees a state from before one of them.
    writes: watch::Sender<u64>,
    standbys: Option<Arc<WatchedReplicas>>,
    /// Where leases come from.
    reads: Reads,
    /// The newest version of the data that anything in this process has heard of.
    pub latest_version: Arc<LatestVersion>,
    /// `None`: this process does not start the server, and cannot know.
    restarting: Option<RestartCheck>,
}

impl Database {
    /// No connection is made yet: the service starts while the database is still away.
    pub fn new(config: Config, limits: &PoolLimits) -> Result<Self, StoreError> {
        let primary_address = watch::Sender::default();
        let primary = Reads::of_primary(config.clone(), limits, primary_address.clone())?;
        let (reads, limits, writes) = (primary.clone(), limits.clone(), watch::Sender::new(0));
        let latest_version = Arc::default();
        Ok(Self { primary, config, primary_address, limits, writes, standbys: None, reads, latest_version, restarting: None })
    }

    /// With somebody to ask whether the server is being started again.
    #[must_use]
    pub fn restarting_when(self, restarting: RestartCheck) -> Self {
        Self { restarting: Some(restarting), ..self }
    }

    /// Whether this process knows that the server is being started again.
    pub fn is_restarting(&self) -> bool {
        self.restarting.as_ref().is_some_and(|restarting| restarting())
    }

    pub fn pool_state(&self) -> PoolState {
        let status = self.primary.pool.status();
        PoolState { connections_max: status.max_size, open: status.size, free: status.available, waiting: status.waiting }
    }

    /// Whether reads wait for a connection to a server.
    pub fn are_reads_waiting(&self) -> bool {
        let standbys = self.standbys.iter().flat_map(|watched| &watched.replicas.standbys);
        self.primary.are_waiting() || standbys.into_iter().any(|standby| standby.reads.are_waiting())
    }

    /// How to connect beside the pool.
    pub fn connection_config(&self) -> &Config {
        &self.config
    }

    /// Watches these standbys from now on; must be called within the runtime.
    pub fn with_standbys(self, configs: Vec<Config>, lag_max: Duration) -> Result<Self, StoreError> {
        let primary = (self.config.clone(), self.primary_address.subscribe());
        let standbys = WatchedReplicas::watch(primary, configs, self.writes.clone(), &self.limits, lag_max)?;
        Ok(Self { standbys: Some(Arc::new(standbys)), ..self })
    }

    pub fn standbys(&self) -> Option<&Arc<WatchedReplicas>> {
        self.standbys.as_ref()
    }

    /// The same database, with all leases from one server.
    pub(crate) fn reading_from(&self, server: Server) -> Self {
        let standby = |index: usize| Some(self.standbys.as_ref()?.replicas.standbys.get(index)?.reads.clone());
        let reads = match server {
            Server::Primary => None,
            Server::Standby(index) => standby(index),
        };
        Self { reads: reads.unwrap_or_else(|| self.primary.clone()), ..self.clone() }
    }

    /// A connection to read on.
    pub async fn read_connection(&self) -> Result<ReadConnection, StoreError> {
        Ok(ReadConnection::new(self.reads.connection().await?, self.limits.answer_timeout()))
    }

    /// A pooled connection for a transaction that must finish: a connection dropped half-way is removed from the pool.
    pub async fn write_connection(&self) -> Result<WriteConnection<Object>, StoreError> {
        Ok(WriteConnection::new(self.primary.pool.get().await?, self.writes.clone()))
    }

    /// A connection of its own for a long read.
    pub async fn connection_without_timeout(&self) -> Result<ClientWrapper, StoreError> {
        let client = Object::take(self.reads.pool.get().await?);
        client.batch_execute("SET statement_timeout = 0").await?;
        Ok(client)
    }

    /// A connection of its own for long work (imports), outside the pool's statement timeout once it asks for that.
    pub async fn import_connection(&self) -> Result<WriteConnection<ClientWrapper>, StoreError> {
        Ok(WriteConnection::new(Object::take(self.primary.pool.get().await?), self.writes.clone()))
    }
}
