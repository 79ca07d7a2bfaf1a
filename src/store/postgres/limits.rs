//! Limits on connections and waiting times of the database.

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
