//! Clients that were refused for want of capacity and come back before `Retry-After` has passed.
//!
//! What waits for the database is one short queue. Whoever comes back too early is refused at once while others wait there, so that the
//! queue is left to those who keep `Retry-After`, and the refusal costs next to nothing. With nobody waiting all are let in.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::client::ClientNetwork;

/// As long as `Retry-After` of such a refusal asks for.
pub(crate) const RETRY_AFTER: Duration = Duration::from_secs(1);
/// Clients beyond these are looked through for those whose time is over.
const CLIENTS_KEPT: usize = 16_384;

#[derive(Debug, Default)]
pub(crate) struct EarlyReturns {
    /// When each may come back.
    clients: Mutex<HashMap<ClientNetwork, Instant>>,
}

impl EarlyReturns {
    pub(crate) fn refused(&self, client: ClientNetwork, now: Instant) {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if clients.len() >= CLIENTS_KEPT {
            clients.retain(|_, back| *back > now);
        }
        // With this many refused within a second, the newest go without.
        if clients.len() < CLIENTS_KEPT || clients.contains_key(&client) {
            clients.insert(client, now + RETRY_AFTER);
        }
    }

    pub(crate) fn is_early(&self, client: ClientNetwork, now: Instant) -> bool {
        let clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        clients.get(&client).is_some_and(|back| now < *back)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn early_is_who_was_refused_and_has_not_waited() {
        let (early, start) = (EarlyReturns::default(), Instant::now());
        assert!(!early.is_early(1, start), "never refused");
        early.refused(1, start);
        assert!(early.is_early(1, start) && early.is_early(1, start + RETRY_AFTER - Duration::from_millis(1)));
        assert!(!early.is_early(2, start), "another one");
        assert!(!early.is_early(1, start + RETRY_AFTER), "it waited");
        early.refused(1, start + Duration::from_millis(500));
        assert!(early.is_early(1, start + RETRY_AFTER), "refused again, it waits again");
    }

    #[test]
    fn no_more_clients_are_kept_than_stated() {
        let (early, start) = (EarlyReturns::default(), Instant::now());
        (0..CLIENTS_KEPT as u128 + 10).for_each(|client| early.refused(client, start));
        assert!(early.is_early(0, start) && !early.is_early(CLIENTS_KEPT as u128 + 1, start));
        early.refused(7_000_000, start + RETRY_AFTER);
        assert!(early.is_early(7_000_000, start + RETRY_AFTER), "those whose time is over make room");
        assert_eq!(early.clients.lock().unwrap().len(), 1);
    }
}
