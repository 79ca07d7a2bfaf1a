//! Limits on connections and waiting times of the database.

use std::time::Duration;

#[derive(Clone, Debug)]
pub struct PoolLimits {
    pub connections_max: usize,
    /// Reads that may wait for a connection; further ones are refused at once.
    pub waiting_max: usize,
    pub statement_timeout_ms: u64,
    pub lock_timeout_ms: u64,
    pub wait_timeout_ms: u64,
    pub connect_timeout_ms: u64,
}

impl Default for PoolLimits {
    fn default() -> Self {
        Self {
            connections_max: 8,
            waiting_max: 16,
            statement_timeout_ms: 5_000,
            lock_timeout_ms: 2_000,
            wait_timeout_ms: 2_000,
            connect_timeout_ms: 3_000,
        }
    }
}

/// What PostgreSQL has beyond its own time limit to say so, before it counts as gone.
const GRACE_MS: u64 = 500;

impl PoolLimits {
    /// How long an answer is waited for: a server that is frozen, or cut off, cannot keep its own time limit.
    pub(crate) fn answer_timeout(&self) -> Duration {
        Duration::from_millis(self.statement_timeout_ms.saturating_add(GRACE_MS))
    }
}
