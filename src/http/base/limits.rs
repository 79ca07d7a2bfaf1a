//! The limits of the service, each named with its unit last.

use std::time::Duration;

/// The limits of one server. The defaults suit a small public machine.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Open sockets; further ones wait in the kernel's backlog.
    pub connections_max: usize,
    /// Concurrent requests; further ones are answered 503.
    pub requests_in_flight_max: usize,
    /// Time for a whole header block, and so also how long an idle connection is kept.
    pub header_read_timeout_ms: u64,
    pub header_bytes_max: usize,
    pub headers_max: usize,
    pub uri_bytes_max: usize,
    /// The largest body any operation may ask for.
    pub body_bytes_max: usize,
    pub body_read_timeout_ms: u64,
    /// A body slower than this, once the grace has passed, is given up.
    pub body_rate_min_bytes_per_s: u64,
    pub body_rate_grace_ms: u64,
    /// Longer than the database's statement timeout, so that the database gives up first and says why.
    pub request_timeout_ms: u64,
    /// How long a client may refuse to take a single byte of its answer.
    pub write_stall_timeout_ms: u64,
    /// An answer taken more slowly than this, once that time has passed, is given up.
    pub answer_rate_min_bytes_per_s: u64,
    /// Memory for large answers that are being sent.
    pub answer_bytes_max: usize,
    /// Concurrent requests that cost much work, over all and of one client, and how long one waits for its turn.
    pub large_requests_max: usize,
    pub large_requests_per_client_max: usize,
    pub large_request_wait_ms: u64,
    /// Concurrent downloads of one client.
    pub downloads_per_client_max: usize,
    pub downloads_max: usize,
    /// How long requests in flight may take once shutdown is asked for.
    pub drain_timeout_ms: u64,
    /// Bodies below this are sent as they are.
    pub compression_bytes_min: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            connections_max: 10_000,
            requests_in_flight_max: 1_024,
            header_read_timeout_ms: 10_000,
            header_bytes_max: 16 * 1024,
            headers_max: 64,
            uri_bytes_max: 8 * 1024,
            body_bytes_max: 8 * 1024 * 1024,
            body_read_timeout_ms: 15_000,
            body_rate_min_bytes_per_s: 1024,
            body_rate_grace_ms: 5_000,
            request_timeout_ms: 20_000,
            write_stall_timeout_ms: 15_000,
            answer_rate_min_bytes_per_s: 4 * 1024,
            answer_bytes_max: 48 * 1024 * 1024,
            large_requests_max: 2,
            large_requests_per_client_max: 1,
            large_request_wait_ms: 1_000,
            downloads_per_client_max: 4,
            downloads_max: 64,
            drain_timeout_ms: 10_000,
            compression_bytes_min: 1024,
        }
    }
}

impl Limits {
    pub(crate) fn header_read_timeout(&self) -> Duration {
        Duration::from_millis(self.header_read_timeout_ms)
    }
    pub(crate) fn request_timeout(&self) -> Duration {
        Duration::from_millis(self.request_timeout_ms)
    }
    pub(crate) fn write_stall_timeout(&self) -> Duration {
        Duration::from_millis(self.write_stall_timeout_ms)
    }
    pub(crate) fn large_request_wait(&self) -> Duration {
        Duration::from_millis(self.large_request_wait_ms)
    }
    pub(crate) fn drain_timeout(&self) -> Duration {
        Duration::from_millis(self.drain_timeout_ms)
    }

    /// How long a body of which `bytes` have come may have taken: the grace, or longer for those who keep the pace.
    pub(crate) fn body_time_allowed(&self, bytes: usize) -> Duration {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let paced_ms = bytes.saturating_mul(1000) / self.body_rate_min_bytes_per_s.max(1);
        Duration::from_millis(paced_ms.max(self.body_rate_grace_ms).min(self.body_read_timeout_ms))
    }

    /// An upload may take as long as it keeps the pace: it is bounded by its size.
    pub(crate) fn upload_time_allowed(&self, bytes: u64) -> Duration {
        let paced_ms = bytes.saturating_mul(1000) / self.body_rate_min_bytes_per_s.max(1);
        Duration::from_millis(paced_ms.max(self.body_rate_grace_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_earns_time_with_its_bytes() {
        let limits = Limits { body_rate_grace_ms: 5_000, body_read_timeout_ms: 15_000, ..Limits::default() };
        assert_eq!(limits.body_time_allowed(0), Duration::from_secs(5));
        assert_eq!(limits.body_time_allowed(10 * 1024), Duration::from_secs(10));
        assert_eq!(limits.body_time_allowed(usize::MAX), Duration::from_secs(15));
    }
}
