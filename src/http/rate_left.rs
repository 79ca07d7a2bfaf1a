//! What a client may still ask, and the two header fields that say so (draft-ietf-httpapi-ratelimit-headers).

use std::{fmt, io::Write, time::Duration};

use hyper::header::{HeaderMap, HeaderName, HeaderValue};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// What is left to a client after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    pub policy: &'static str,
    pub quota: u32,
    pub window: Duration,
    pub remaining: u32,
    /// Until everything is there again.
    pub full_in_s: u64,
}

impl Left {
    /// The two header lines, as text: for answers that come by the hundred thousand, so without the heap.
    pub fn write(&self, out: &mut Vec<u8>) {
        let written = write!(out, "{RATE_LIMIT_POLICY}: {}\r\n{RATE_LIMIT}: {}\r\n", Policy(self), State(self));
        debug_assert!(written.is_ok(), "memory takes all that is written");
    }

    pub fn put(&self, headers: &mut HeaderMap) {
        for (name, value) in [(RATE_LIMIT_POLICY, Policy(self).to_string()), (RATE_LIMIT, State(self).to_string())] {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        }
    }
}

/// The value of `RateLimit-Policy`.
struct Policy<'a>(&'a Left);
/// The value of `RateLimit`.
struct State<'a>(&'a Left);

impl fmt::Display for Policy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\";q={};w={}", self.0.policy, self.0.quota, self.0.window.as_secs())
    }
}

impl fmt::Display for State<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\";r={};t={}", self.0.policy, self.0.remaining, self.0.full_in_s)
    }
}
