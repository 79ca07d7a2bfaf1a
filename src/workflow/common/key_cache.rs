//! Keys that were looked up a moment ago.

use std::{
    collections::HashMap,
    sync::Mutex,
    time::{Duration, Instant},
};

use jiff::Timestamp;

use crate::domain::access::principal::Actor;

/// How long a look-up is believed: well under the five seconds within which a revocation must be seen.
const BELIEVED: Duration = Duration::from_secs(2);
const REMEMBERED_MAX: usize = 10_000;

#[derive(Default)]
pub struct Gate {
    seen: Mutex<HashMap<String, (Instant, StoredKey)>>,
}

#[derive(Clone)]
pub struct StoredKey {
    pub actor: Actor,
    pub pepper_id: String,
    pub mac: Vec<u8>,
    pub expires_at: Timestamp,
    pub revoked: bool,
}

impl Gate {
    pub fn recall(&self, id: &str) -> Option<StoredKey> {
        let seen = self.seen.lock().ok()?;
        let (at, stored) = seen.get(id)?;
        (at.elapsed() < BELIEVED).then(|| stored.clone())
    }

    pub fn remember(&self, id: &str, stored: &StoredKey) {
        let Ok(mut seen) = self.seen.lock() else { return };
        if seen.len() >= REMEMBERED_MAX {
            seen.clear();
        }
        seen.insert(id.to_owned(), (Instant::now(), stored.clone()));
    }
}
