//! How many keys of one client opened nothing of late: after so many, no key of theirs is looked for.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::client::ClientNetwork;

const WINDOW: Duration = Duration::from_secs(60);
/// A key that ended, in a program that does not notice, is tried more often than a person mistypes one.
const REFUSED_MAX: u32 = 60;
const CLIENTS_MAX: usize = 100_000;

#[derive(Debug, Default)]
pub(crate) struct RefusedKeys(Mutex<HashMap<ClientNetwork, (Instant, u32)>>);

impl RefusedKeys {
    /// Seconds until keys of this client are looked for again; `None` while they are.
    pub(crate) fn wait_s(&self, client: ClientNetwork) -> Option<u32> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, refused) = counts.get(&client)?;
        let left = WINDOW.checked_sub(since.elapsed())?;
        (*refused >= REFUSED_MAX).then(|| u32::try_from(left.as_secs()).unwrap_or(u32::MAX).saturating_add(1))
    }

    pub(crate) fn count(&self, client: ClientNetwork) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= CLIENTS_MAX {
            counts.retain(|_, (since, _)| since.elapsed() < WINDOW);
        }
        // With so many clients at once the rest is not counted: what is here bounds the memory.
        if counts.len() >= CLIENTS_MAX && !counts.contains_key(&client) {
            return;
        }
        let (since, refused) = counts.entry(client).or_insert_with(|| (Instant::now(), 0));
        if since.elapsed() >= WINDOW {
            (*since, *refused) = (Instant::now(), 0);
        }
        *refused = refused.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_many_refusals_a_client_waits_and_others_do_not() {
        let refused = RefusedKeys::default();
        for _ in 0..REFUSED_MAX {
            assert_eq!(refused.wait_s(1), None);
            refused.count(1);
        }
        assert!(refused.wait_s(1).is_some_and(|wait| (1..=60).contains(&wait)));
        assert_eq!(refused.wait_s(2), None);
    }
}
