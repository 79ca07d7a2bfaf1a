//! The servers that may answer a read: in-sync standbys, then the primary, then the freshest reachable standby.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use tokio::sync::watch;

use super::{connections::Reads, lag_tracker::LagTracker};

/// The current state of one standby.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplicaStatus {
    /// It answers.
    pub alive: bool,
    /// Position in the primary's log up to which it answers.
    pub replayed: u64,
    /// It holds every write of this process up to this count; `None` when that is not known.
    pub writes: Option<u64>,
    pub lag: Duration,
}

impl ReplicaStatus {
    pub(crate) const AWAY: Self = Self { alive: false, replayed: 0, writes: None, lag: Duration::MAX };
}

pub struct Standby {
    /// `standby-1`: its place in the list. Its address is not published.
    pub name: String,
    pub reads: Reads,
    pub state: watch::Sender<ReplicaStatus>,
}

/// The state that the monitoring tasks and the readers share.
pub struct ReplicaSet {
    pub standbys: Vec<Standby>,
    /// Whether the primary answers.
    pub primary: watch::Sender<bool>,
    pub lag_tracker: watch::Sender<LagTracker>,
    /// Counts the writes of this process that have ended.
    pub writes: watch::Sender<u64>,
    pub lag_max: Duration,
    pub next_replica: AtomicUsize,
}

/// One of the servers of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Server {
    Primary,
    Standby(usize),
}

impl ReplicaSet {
    /// Where a read goes next, when it was tried on these before.
    pub fn pick(&self, tried: &[Server]) -> Option<Server> {
        let open = |server: &Server| !tried.contains(server);
        let standbys = || (0..self.standbys.len()).map(Server::Standby).filter(open);
        let fit: Vec<Server> = standbys().filter(|server| self.is_fit(*server)).collect();
        let next_replica = self.next_replica.fetch_add(1, Ordering::Relaxed);
        if let Some(server) = fit.get(next_replica.checked_rem(fit.len()).unwrap_or(0)) {
            return Some(*server);
        }
        let primary = Some(Server::Primary).filter(open);
        if primary.is_some() && self.is_primary_there() {
            return primary;
        }
        // The primary is gone: an older answer that names its data version is better than none.
        let living = standbys().filter(|server| self.state(*server).alive);
        living.max_by_key(|server| self.state(*server).replayed).or(primary)
    }

    /// Whether the primary answered when it was last asked.
    pub(crate) fn is_primary_there(&self) -> bool {
        *self.primary.borrow()
    }

    /// Whether it holds all that this process wrote, and lags within the bound.
    pub fn is_fit(&self, server: Server) -> bool {
        let state = self.state(server);
        state.alive && state.writes == Some(*self.writes.borrow()) && state.lag <= self.lag_max
    }

    fn state(&self, server: Server) -> ReplicaStatus {
        match server {
            Server::Primary => ReplicaStatus::AWAY,
            Server::Standby(index) => self.standbys.get(index).map_or(ReplicaStatus::AWAY, |standby| *standby.state.borrow()),
        }
    }

    pub fn name(&self, server: Server) -> &str {
        match server {
            Server::Primary => "primary",
            Server::Standby(index) => self.standbys.get(index).map_or("", |standby| &standby.name),
        }
    }

    /// Returns when the server is known to be down, so that no query waits for it.
    pub(crate) async fn wait_until_down(&self, server: Server) {
        if let Server::Standby(index) = server
            && let Some(standby) = self.standbys.get(index)
        {
            let _ = standby.state.subscribe().wait_for(|state| !state.alive).await;
            return;
        }
        // One that is away already is tried last, in case it is back: then the read itself finds out.
        if server == Server::Primary && self.is_primary_there() {
            let _ = self.primary.subscribe().wait_for(|there| !there).await;
            if self.standbys.iter().any(|standby| standby.state.borrow().alive) {
                return;
            }
        }
        std::future::pending().await
    }

    /// Notes how far the standby has come, compared with what is known of the primary now.
    pub fn note(&self, index: usize, replayed: u64) -> ReplicaStatus {
        let lag = self.lag_tracker.borrow().lag(replayed, Instant::now());
        let state = ReplicaStatus { alive: true, replayed, writes: lag.writes, lag: lag.lag };
        if let Some(standby) = self.standbys.get(index) {
            standby.state.send_replace(state);
        }
        state
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::postgres::limits::PoolLimits;
    use tokio_postgres::Config;

    fn replicas(count: usize) -> ReplicaSet {
        let standby = |index: usize| Standby {
            name: format!("standby-{}", index + 1),
            reads: Reads::of(Config::new(), &PoolLimits::default()).unwrap(),
            state: watch::Sender::new(ReplicaStatus::AWAY),
        };
        ReplicaSet {
            standbys: (0..count).map(standby).collect(),
            primary: watch::Sender::new(true),
            lag_tracker: watch::Sender::default(),
            writes: watch::Sender::new(0),
            lag_max: Duration::from_secs(1),
            next_replica: AtomicUsize::new(0),
        }
    }

    const FIT: ReplicaStatus = ReplicaStatus { alive: true, replayed: 7, writes: Some(0), lag: Duration::ZERO };

    #[test]
    fn reads_alternate_among_the_fit_and_go_to_the_primary_last() {
        let replicas = replicas(2);
        assert_eq!(replicas.pick(&[]), Some(Server::Primary), "nothing is known of the standbys yet");
        replicas.standbys[0].state.send_replace(FIT);
        replicas.standbys[1].state.send_replace(FIT);
        let chosen: Vec<_> = (0..4).filter_map(|_| replicas.pick(&[])).collect();
        assert!(chosen.contains(&Server::Standby(0)) && chosen.contains(&Server::Standby(1)) && chosen[0] != chosen[1]);
        assert_eq!(replicas.pick(&[Server::Standby(0)]), Some(Server::Standby(1)));
        assert_eq!(replicas.pick(&[Server::Standby(0), Server::Standby(1)]), Some(Server::Primary));
        assert_eq!(replicas.pick(&[Server::Standby(0), Server::Standby(1), Server::Primary]), None);
    }

    #[test]
    fn a_standby_without_our_write_or_too_late_is_left_out() {
        let replicas = replicas(1);
        replicas.standbys[0].state.send_replace(FIT);
        replicas.writes.send_modify(|writes| *writes += 1);
        assert_eq!(replicas.pick(&[]), Some(Server::Primary), "it may not hold the write");
        replicas.standbys[0].state.send_replace(ReplicaStatus { writes: Some(1), ..FIT });
        assert_eq!(replicas.pick(&[]), Some(Server::Standby(0)));
        replicas.standbys[0].state.send_replace(ReplicaStatus { writes: Some(1), lag: Duration::from_millis(1_001), ..FIT });
        assert_eq!(replicas.pick(&[]), Some(Server::Primary));
    }

    #[test]
    fn without_a_primary_the_freshest_living_standby_answers() {
        let replicas = replicas(3);
        replicas.standbys[0].state.send_replace(ReplicaStatus { writes: None, ..FIT });
        replicas.standbys[1].state.send_replace(ReplicaStatus { writes: None, replayed: 9, ..FIT });
        replicas.primary.send_replace(false);
        assert_eq!(replicas.pick(&[]), Some(Server::Standby(1)));
        assert_eq!(replicas.pick(&[Server::Standby(1)]), Some(Server::Standby(0)));
        assert_eq!(replicas.pick(&[Server::Standby(1), Server::Standby(0)]), Some(Server::Primary), "it may be back");
    }
}
