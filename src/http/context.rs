//! What the edge knows about one request before it is routed: its id and who sent it.

use std::{
    cell::Cell,
    hash::{BuildHasher, Hasher, RandomState},
    net::SocketAddr,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use hyper::header::{HeaderMap, HeaderName};

pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const REQUEST_ID_CHARS_MAX: usize = 64;

#[derive(Clone, Debug)]
pub struct Context {
    pub request_id: Arc<str>,
    /// The socket's address; forwarding headers are never believed.
    pub peer: Option<SocketAddr>,
}

impl Context {
    pub fn new(headers: &HeaderMap, peer: Option<SocketAddr>) -> Context {
        Context { request_id: request_id(headers), peer }
    }
}

/// The caller's id when it is harmless, so that a trace can cross services; otherwise a new one.
fn request_id(headers: &HeaderMap) -> Arc<str> {
    let theirs = headers.get(X_REQUEST_ID).and_then(|value| value.to_str().ok());
    match theirs.filter(|id| is_safe(id)) {
        Some(id) => id.into(),
        None => next_id().as_str().into(),
    }
}

/// The same without the heap, for answers that come by the hundred thousand.
pub fn request_id_text(headers: &HeaderMap) -> RequestIdText {
    let theirs = headers.get(X_REQUEST_ID).and_then(|value| value.to_str().ok());
    theirs.filter(|id| is_safe(id)).map_or_else(next_id, RequestIdText::of)
}

#[derive(Clone)]
pub struct RequestIdText {
    bytes: [u8; REQUEST_ID_CHARS_MAX],
    length: usize,
}

impl RequestIdText {
    fn of(text: &str) -> Self {
        let mut id = Self { bytes: [0; REQUEST_ID_CHARS_MAX], length: 0 };
        text.bytes().for_each(|byte| id.push(byte));
        id
    }

    /// What is longer is cut: ids of ours are shorter, those of others are measured.
    fn push(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.length) {
            *place = byte;
            self.length += 1;
        }
    }

    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

fn is_safe(id: &str) -> bool {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
    !id.is_empty() && id.len() <= REQUEST_ID_CHARS_MAX && id.bytes().all(safe)
}

/// Unique without a clock or a random number per request: a random start for the process, then a count.
fn next_id() -> RequestIdText {
    static PROCESS: LazyLock<String> = LazyLock::new(|| format!("{:016x}-", RandomState::new().build_hasher().finish()));
    let mut id = RequestIdText::of(&PROCESS);
    let count = next_count();
    let digits = (u64::BITS - count.leading_zeros()).div_ceil(4);
    (0..digits).rev().for_each(|digit| id.push(b"0123456789abcdef"[(count >> (4 * digit)) as usize & 15]));
    id
}

/// Each thread takes a thousand numbers at once, so that threads do not wait for each other's.
fn next_count() -> u64 {
    const TAKEN: u64 = 1_000;
    static COUNT: AtomicU64 = AtomicU64::new(1);
    thread_local! {
        static OWN: Cell<(u64, u64)> = const { Cell::new((0, 0)) };
    }
    let (mut next, mut end) = OWN.get();
    if next == end {
        next = COUNT.fetch_add(TAKEN, Ordering::Relaxed);
        end = next + TAKEN;
    }
    OWN.set((next + 1, end));
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(id: &str) -> HeaderMap {
        HeaderMap::from_iter([(X_REQUEST_ID, id.parse().unwrap())])
    }

    #[test]
    fn a_harmless_id_is_kept_and_any_other_replaced() {
        assert_eq!(&*request_id(&sent("abc-1.2:3_4")), "abc-1.2:3_4");
        for bad in ["", "a b", "a\"b", &"x".repeat(65)] {
            assert_ne!(&*request_id(&sent(bad)), bad);
        }
        assert_ne!(request_id(&HeaderMap::new()), request_id(&HeaderMap::new()));
    }
}
