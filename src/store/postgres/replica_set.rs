//! The standbys of this process, and the tasks that monitor them.

use std::{
    fmt,
    sync::{Arc, atomic::AtomicUsize},
    time::Duration,
};

use tokio::{sync::watch, task::AbortHandle};
use tokio_postgres::Config;

use super::{
    connections::Reads,
    error::StoreError,
    limits::PoolLimits,
    primary_address::PrimaryAddress,
    replica_watch,
    replicas::{ReplicaSet, ReplicaStatus, Standby},
};

/// The standbys of this process; the tasks that watch them end with it.
pub struct WatchedReplicas {
    pub replicas: Arc<ReplicaSet>,
    watching: Vec<AbortHandle>,
}

impl fmt::Debug for WatchedReplicas {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Standbys({})", self.replicas.standbys.len())
    }
}

impl WatchedReplicas {
    /// Begins to watch; no standby is used before it has shown what it holds.
    pub fn watch(
        (primary, address): (Config, watch::Receiver<PrimaryAddress>),
        standbys: Vec<Config>,
        writes: watch::Sender<u64>,
        limits: &PoolLimits,
        lag_max: Duration,
    ) -> Result<Self, StoreError> {
        let standby = |(index, config): (usize, &Config)| {
            let state = watch::Sender::new(ReplicaStatus::AWAY);
            Ok(Standby { name: format!("standby-{}", index + 1), reads: Reads::of(config.clone(), limits)?, state })
        };
        let replicas = Arc::new(ReplicaSet {
            standbys: standbys.iter().enumerate().map(standby).collect::<Result<_, StoreError>>()?,
            primary: watch::Sender::new(false),
            lag_tracker: watch::Sender::default(),
            writes,
            lag_max,
            next_replica: AtomicUsize::new(0),
        });
        let mut watching = vec![tokio::spawn(replica_watch::primary(replicas.clone(), primary, address)).abort_handle()];
        for (index, config) in standbys.into_iter().enumerate() {
            watching.push(tokio::spawn(replica_watch::standby(replicas.clone(), index, config)).abort_handle());
        }
        Ok(Self { replicas, watching })
    }
}

impl Drop for WatchedReplicas {
    fn drop(&mut self) {
        self.watching.iter().for_each(AbortHandle::abort);
    }
}
