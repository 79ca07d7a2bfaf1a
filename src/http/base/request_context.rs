//! What the edge knows about one request before it is routed: its id and who sent it.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    net::SocketAddr,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use hyper::header::{HeaderMap, HeaderName};

pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const REQUEST_ID_CHARS_MAX: usize = 64;
const THEIRS: &str = "client:";

#[derive(Clone, Debug)]
pub struct Context {
    pub request_id: Arc<str>,
    /// The socket's address; forwarding headers are never believed.
    pub peer: Option<SocketAddr>,
    /// The network that counts as one client, as the edge reads it; 0 where there is no edge.
    pub network: u128,
    /// The scheme and host for absolute addresses; without it, those of the `Host` header.
    pub origin: Option<Arc<str>>,
}

impl Context {
    pub fn new(headers: &HeaderMap, peer: Option<SocketAddr>) -> Context {
        Context { request_id: request_id(headers), peer, network: 0, origin: None }
    }
}

/// The caller's id when it is harmless, so that a trace can cross services, marked as theirs; otherwise a new one. What is not so marked is ours.
fn request_id(headers: &HeaderMap) -> Arc<str> {
    let theirs = headers.get(X_REQUEST_ID).and_then(|value| value.to_str().ok());
    match theirs.filter(|id| is_safe(id)) {
        Some(id) => format!("{THEIRS}{id}").into(),
        None => next_id(),
    }
}

fn is_safe(id: &str) -> bool {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
    !id.is_empty() && id.len() <= REQUEST_ID_CHARS_MAX && id.bytes().all(safe)
}

/// Unique without a clock or a random number per request: a random start for the process, then a count.
fn next_id() -> Arc<str> {
    static PROCESS: LazyLock<u64> = LazyLock::new(|| RandomState::new().build_hasher().finish());
    static COUNT: AtomicU64 = AtomicU64::new(1);
    format!("{:016x}-{:x}", *PROCESS, COUNT.fetch_add(1, Ordering::Relaxed)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(id: &str) -> HeaderMap {
        HeaderMap::from_iter([(X_REQUEST_ID, id.parse().unwrap())])
    }

    #[test]
    fn a_harmless_id_is_kept_and_any_other_replaced() {
        assert_eq!(&*request_id(&sent("abc-1.2:3_4")), "client:abc-1.2:3_4");
        for bad in ["", "a b", "a\"b", &"x".repeat(65)] {
            assert!(!request_id(&sent(bad)).starts_with(THEIRS), "{bad}");
        }
        assert_ne!(request_id(&HeaderMap::new()), request_id(&HeaderMap::new()));
    }
}
