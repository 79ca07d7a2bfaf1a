//! The remaining quota of a client, and the two header fields for it (draft-ietf-httpapi-ratelimit-headers).

use std::time::Duration;

use hyper::header::{HeaderMap, HeaderName, HeaderValue};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// A client's remaining quota after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemainingQuota {
    pub policy: &'static str,
    pub quota: u32,
    pub window: Duration,
    pub remaining: u32,
    /// Until everything is there again.
    pub full_in_s: u64,
}

impl RemainingQuota {
    pub fn put(&self, headers: &mut HeaderMap) {
        let RemainingQuota { policy, quota, window, remaining, full_in_s } = self;
        let policies = format!("\"{policy}\";q={quota};w={}", window.as_secs());
        for (name, value) in [(RATE_LIMIT_POLICY, policies), (RATE_LIMIT, format!("\"{policy}\";r={remaining};t={full_in_s}"))] {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        }
    }
}
