//! Every limit of the rim, each a named figure with its unit last.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub connections_max: usize,
    pub header_read_timeout_ms: u64,
    pub header_buffer_bytes_max: usize,
    pub headers_max: usize,
    pub body_timeout_ms: u64,
    /// Longer than the database's statement timeout, so that the database gives up first and says why.
    pub request_timeout_ms: u64,
    pub shutdown_timeout_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections_max: 2_048,
            header_read_timeout_ms: 5_000,
            header_buffer_bytes_max: 16 * 1024,
            headers_max: 64,
            body_timeout_ms: 20_000,
            request_timeout_ms: 15_000,
            shutdown_timeout_ms: 10_000,
        }
    }
}
