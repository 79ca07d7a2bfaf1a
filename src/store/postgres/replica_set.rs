//! The standbys of this process, and the tasks that watch them.

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
    replica_watch,
    replicas::{ReplicaSet, Standby, State},
};

/// The standbys of this process; the tasks that watch them end with it.
pub struct WatchedReplicas {
    pub board: Arc<ReplicaSet>,
    watching: Vec<AbortHandle>,
}

impl fmt::Debug for WatchedReplicas {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Standbys({})", self.board.standbys.len())
    }
}

impl WatchedReplicas {
    /// Begins to watch; no standby is used before it has shown what it holds.
    pub fn watch(
        primary: &Config,
        standbys: Vec<Config>,
        writes: watch::Sender<u64>,
        limits: &PoolLimits,
        lag_max: Duration,
    ) -> Result<Self, StoreError> {
        let standby = |(index, config): (usize, &Config)| {
            let state = watch::Sender::new(State::AWAY);
            Ok(Standby { name: format!("standby-{}", index + 1), reads: Reads::of(config.clone(), limits)?, state })
        };
        let board = Arc::new(ReplicaSet {
            standbys: standbys.iter().enumerate().map(standby).collect::<Result<_, StoreError>>()?,
            primary: watch::Sender::new(false),
            track: watch::Sender::default(),
            writes,
            lag_max,
            turn: AtomicUsize::new(0),
        });
        let mut watching = vec![tokio::spawn(replica_watch::primary(board.clone(), primary.clone())).abort_handle()];
        for (index, config) in standbys.into_iter().enumerate() {
            watching.push(tokio::spawn(replica_watch::standby(board.clone(), index, config)).abort_handle());
        }
        Ok(Self { board, watching })
    }
}

impl Drop for WatchedReplicas {
    fn drop(&mut self) {
        self.watching.iter().for_each(AbortHandle::abort);
    }
}
