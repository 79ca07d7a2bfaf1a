//! A short-lived cache of stored API keys.

use std::{
    collections::HashMap,
    sync::Mutex,
    time::{Duration, Instant},
};

use jiff::{Timestamp, civil::Date};

use crate::domain::access::principal::Actor;

/// How long a look-up is believed: well under the five seconds within which a revocation must be seen.
const TTL: Duration = Duration::from_secs(2);
const KEYS_MAX: usize = 10_000;

#[derive(Default)]
pub struct KeyCache {
    seen: Mutex<HashMap<String, (Instant, StoredKey)>>,
    /// IDs that no key has.
    unknown: Mutex<HashMap<String, Instant>>,
}

#[derive(Clone)]
pub struct StoredKey {
    pub actor: Actor,
    pub pepper_id: String,
    pub mac: Vec<u8>,
    pub expires_at: Timestamp,
    pub revoked: bool,
    /// Of a regulator, and not confirmed yet.
    pub pending: bool,
    /// The day in Colombia on which it last opened something.
    pub last_used_on: Option<Date>,
    /// Whose bucket its requests come out of: the principal's, or that of all keys which one network took.
    pub bucket: String,
}

impl KeyCache {
    pub fn get(&self, id: &str) -> Option<StoredKey> {
        let seen = self.seen.lock().ok()?;
        let (at, stored) = seen.get(id)?;
        (at.elapsed() < TTL).then(|| stored.clone())
    }

    /// Whether this key was found before, however long ago.
    pub fn was_seen(&self, id: &str) -> bool {
        self.seen.lock().is_ok_and(|seen| seen.contains_key(id))
    }

    pub fn is_unknown(&self, id: &str) -> bool {
        self.unknown.lock().is_ok_and(|unknown| unknown.get(id).is_some_and(|at| at.elapsed() < TTL))
    }

    pub fn insert_unknown(&self, id: &str) {
        let Ok(mut unknown) = self.unknown.lock() else { return };
        if unknown.len() >= KEYS_MAX {
            unknown.clear();
        }
        unknown.insert(id.to_owned(), Instant::now());
    }

    pub fn insert(&self, id: &str, stored: &StoredKey) {
        let Ok(mut seen) = self.seen.lock() else { return };
        if seen.len() >= KEYS_MAX {
            seen.clear();
        }
        seen.insert(id.to_owned(), (Instant::now(), stored.clone()));
    }
}
