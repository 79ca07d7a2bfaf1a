//! Chooses the server for a read: one for the whole read, and another when that one fails.

use std::sync::{Arc, atomic::Ordering};

use super::ReadModel;
use crate::store::postgres::{error::StoreError, replica_set::WatchedReplicas, replicas::Server};

/// A read is tried on this many servers at most.
const ATTEMPTS_MAX: usize = 3;

/// The servers tried for one read.
pub struct ReplicaSelector {
    standbys: Arc<WatchedReplicas>,
    tried: Vec<Server>,
    attempts: usize,
    /// A standby was behind: the others may well be, too.
    wants_primary: bool,
}

/// A try on one server.
pub struct ReplicaAttempt {
    pub read_model: ReadModel,
    standbys: Arc<WatchedReplicas>,
    server: Server,
}

impl ReadModel {
    /// `None` when there is one server only.
    pub fn attempts(&self) -> Option<ReplicaSelector> {
        let standbys = self.database.standbys()?.clone();
        Some(ReplicaSelector { standbys, tried: Vec::new(), attempts: 0, wants_primary: false })
    }

    /// Refuses a version older than the one known at the request, where older data must not be answered.
    pub(super) fn hold_against(&self, known: i64, version: i64) -> Result<(), StoreError> {
        match &self.behind {
            Some(behind) if version < known => {
                behind.store(true, Ordering::Relaxed);
                Err(StoreError::Behind)
            }
            _ => Ok(()),
        }
    }
}

impl ReplicaSelector {
    /// The best server not tried yet, while there is one and it is worth it.
    pub fn next(&mut self, read_model: &ReadModel) -> Option<ReplicaAttempt> {
        if self.attempts >= ATTEMPTS_MAX {
            return None;
        }
        self.attempts += 1;
        let (replicas, primary_tried) = (&self.standbys.replicas, self.tried.contains(&Server::Primary));
        let primary = Some(Server::Primary).filter(|_| self.wants_primary && !primary_tried && replicas.is_primary_there());
        let server = primary.or_else(|| replicas.pick(&self.tried))?;
        self.tried.push(server);
        // Only while another server may have newer data.
        let newest_only = replicas.is_fit(server) && replicas.is_primary_there() && !primary_tried;
        let behind = newest_only.then(Arc::default);
        let read_model = ReadModel { database: read_model.database.reading_from(server), behind, ..read_model.clone() };
        Some(ReplicaAttempt { read_model, standbys: self.standbys.clone(), server })
    }

    /// Records that this attempt failed.
    pub fn failed(&mut self, attempt: &ReplicaAttempt) {
        metrics::counter!("database_read_retries_total", "server" => attempt.name()).increment(1);
        // The same under its old name, for one release.
        metrics::counter!("database_reads_repeated_total", "server" => attempt.name()).increment(1);
        if attempt.read_model.behind.as_ref().is_some_and(|behind| behind.load(Ordering::Relaxed)) {
            // It may still serve if the primary is down.
            self.tried.retain(|server| *server != attempt.server);
            self.wants_primary = true;
        }
    }
}

impl ReplicaAttempt {
    /// Returns when the server is known to be down.
    pub async fn wait_until_down(&self) {
        self.standbys.replicas.wait_until_down(self.server).await;
    }

    pub fn answered(&self) {
        metrics::counter!("database_reads_total", "server" => self.name()).increment(1);
    }

    pub fn is_primary(&self) -> bool {
        self.server == Server::Primary
    }

    fn name(&self) -> String {
        self.standbys.replicas.name(self.server).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::store::postgres::{database::Database, limits::PoolLimits, replicas::ReplicaStatus};

    #[tokio::test]
    async fn after_a_standby_that_is_behind_comes_the_primary_and_when_that_is_gone_what_there_is() {
        let nowhere: tokio_postgres::Config = "host=/nowhere user=nobody".parse().unwrap();
        let database = Database::new(nowhere.clone(), &PoolLimits::default()).unwrap();
        let database = database.with_standbys(vec![nowhere.clone(), nowhere], Duration::from_secs(1)).unwrap();
        let read_model = ReadModel::new(database, 120);
        let mut attempts = read_model.attempts().unwrap();
        // Nothing is awaited here, so those who watch do not find out that there is no server.
        let replicas = attempts.standbys.replicas.clone();
        replicas.primary.send_replace(true);
        for standby in &replicas.standbys {
            standby.state.send_replace(ReplicaStatus { alive: true, replayed: 7, writes: Some(0), lag: Duration::ZERO });
        }
        let first = attempts.next(&read_model).unwrap();
        assert!(!first.is_primary());
        assert!(first.read_model.hold_against(5, 5).is_ok());
        assert!(matches!(first.read_model.hold_against(5, 4), Err(StoreError::Behind)));
        attempts.failed(&first);
        let second = attempts.next(&read_model).unwrap();
        assert!(second.is_primary() && second.read_model.hold_against(5, 4).is_ok());
        attempts.failed(&second);
        let third = attempts.next(&read_model).unwrap();
        assert!(!third.is_primary() && third.read_model.hold_against(5, 4).is_ok(), "an older answer is better than none");
        attempts.failed(&third);
        assert!(attempts.next(&read_model).is_none());
    }

    #[tokio::test]
    async fn a_server_that_failed_is_not_tried_again_for_the_same_read() {
        let nowhere: tokio_postgres::Config = "host=/nowhere user=nobody".parse().unwrap();
        let database = Database::new(nowhere.clone(), &PoolLimits::default()).unwrap();
        let read_model = ReadModel::new(database.with_standbys(vec![nowhere], Duration::from_secs(1)).unwrap(), 120);
        let mut attempts = read_model.attempts().unwrap();
        let mut servers = Vec::new();
        while let Some(attempt) = attempts.next(&read_model) {
            servers.push(attempt.server);
            attempts.failed(&attempt);
        }
        assert_eq!(servers, [Server::Primary], "of a standby that never answered nothing is expected");
    }
}
