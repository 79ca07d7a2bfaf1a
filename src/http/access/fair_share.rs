//! Places that many clients share, none of which can take them all.
//!
//! A client may hold at most a quarter of the places that are free, as switches share their buffers (Choudhury and Hahne, "Dynamic queue
//! length thresholds"). Alone it gets a fifth of all; k clients that want everything get 1/(4 + k) each, so some places stay free.
//! As many as one browser opens to a site it may hold while there are any: in a crowd many share one address, and none of them is refused.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::client::ClientNetwork;

/// Free places for each one that a client may hold.
const FREE_PER_OWN: usize = 4;
/// The connections of one browser to one site.
const OWN_ALWAYS: usize = 6;

#[derive(Debug)]
pub(crate) struct FairShare {
    places: usize,
    used: Mutex<Used>,
}

#[derive(Debug, Default)]
struct Used {
    all: usize,
    by_client: HashMap<ClientNetwork, usize>,
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoPlace {
    /// The client holds as many as one client may.
    OwnShare,
    AllTaken,
}

/// Places that are held until this is dropped.
#[derive(Debug)]
pub(crate) struct Share {
    of: Arc<FairShare>,
    client: Option<ClientNetwork>,
    places: usize,
}

impl FairShare {
    pub(crate) fn new(places: usize) -> Arc<Self> {
        Arc::new(Self { places, used: Mutex::default() })
    }

    /// Whoever is not known as one client (a proxy) has no share of its own.
    pub(crate) fn acquire(self: &Arc<Self>, client: Option<ClientNetwork>, places: usize) -> Result<Share, NoPlace> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let free = self.places.saturating_sub(used.all);
        if places > free {
            return Err(NoPlace::AllTaken);
        }
        if let Some(client) = client {
            let own = used.by_client.get(&client).copied().unwrap_or_default();
            // Whoever holds nothing gets something as long as there is room.
            if own > 0 && own + places > (free / FREE_PER_OWN).max(OWN_ALWAYS) {
                return Err(NoPlace::OwnShare);
            }
            *used.by_client.entry(client).or_default() += places;
        }
        used.all += places;
        drop(used);
        Ok(Share { of: self.clone(), client, places })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut used = self.of.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.all = used.all.saturating_sub(self.places);
        let Some(client) = self.client else { return };
        if let Some(own) = used.by_client.get_mut(&client) {
            *own = own.saturating_sub(self.places);
            if *own == 0 {
                used.by_client.remove(&client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take_all(share: &Arc<FairShare>, client: ClientNetwork) -> Vec<Share> {
        std::iter::from_fn(|| share.acquire(Some(client), 1).ok()).collect()
    }

    #[test]
    fn one_client_takes_a_fifth_and_a_few_leave_room_for_others() {
        let share = FairShare::new(1_000);
        let first = take_all(&share, 1);
        assert!((190..=210).contains(&first.len()), "{}", first.len());
        let others: Vec<Vec<Share>> = (2..10).map(|client| take_all(&share, client)).collect();
        let used = first.len() + others.iter().map(Vec::len).sum::<usize>();
        assert!(used < 950, "{used}");
        assert!(share.acquire(Some(99), 1).is_ok(), "whoever comes next is let in");
        assert_eq!(share.acquire(Some(1), 1).unwrap_err(), NoPlace::OwnShare);
    }

    #[test]
    fn a_crowd_behind_few_addresses_gets_what_there_is() {
        let share = FairShare::new(100);
        let crowd: Vec<Share> = (0..100).filter_map(|person| share.acquire(Some(person % 20), 1).ok()).collect();
        assert_eq!(crowd.len(), 100, "five of each address");
    }

    #[test]
    fn what_is_given_back_can_be_taken_again() {
        let share = FairShare::new(8);
        let held = take_all(&share, 1);
        let many = held.len();
        drop(held);
        assert_eq!(take_all(&share, 1).len(), many);
        assert!(share.used.lock().unwrap().by_client.is_empty(), "clients that hold nothing are forgotten");
    }

    #[test]
    fn never_more_than_there_is() {
        let share = FairShare::new(10);
        let held: Vec<Share> = (0..100).filter_map(|client| share.acquire(Some(client), 1).ok()).collect();
        assert_eq!(held.len(), 10);
        assert_eq!(share.acquire(None, 1).unwrap_err(), NoPlace::AllTaken);
        drop(held);
        assert!(share.acquire(None, 10).is_ok() && share.acquire(Some(1), 11).is_err());
    }
}
