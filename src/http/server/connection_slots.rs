//! The sockets that may be open at the same time.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Below one free slot in so many, connections are closed after their answer instead of kept for the next request.
const FEW_LEFT: usize = 16;

#[derive(Debug)]
pub struct ConnectionSlots {
    all: usize,
    free: Arc<Semaphore>,
}

impl ConnectionSlots {
    pub(super) fn new(all: usize) -> Arc<Self> {
        Arc::new(Self { all, free: Arc::new(Semaphore::new(all)) })
    }

    /// Waits for a slot, and holds it until the permit is dropped.
    pub(super) async fn acquire(&self) -> OwnedSemaphorePermit {
        self.free.clone().acquire_owned().await.expect("the semaphore is never closed")
    }

    /// The accept loop holds one slot for the socket that comes next.
    pub(super) fn are_few_left(&self) -> bool {
        self.free.available_permits() < self.all / FEW_LEFT
    }

    pub(super) fn are_none_left(&self) -> bool {
        self.free.available_permits() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn few_are_left_when_nearly_all_are_held() {
        let slots = ConnectionSlots::new(32);
        let mut held = Vec::new();
        for _ in 0..30 {
            held.push(slots.acquire().await);
        }
        assert!(!slots.are_few_left(), "two of 32 are free");
        held.push(slots.acquire().await);
        assert!(slots.are_few_left() && !slots.are_none_left());
        held.push(slots.acquire().await);
        assert!(slots.are_none_left());
        held.clear();
        assert!(!slots.are_few_left());
    }

    #[test]
    fn a_server_with_very_few_slots_keeps_its_connections() {
        assert!(!ConnectionSlots::new(8).are_few_left());
    }
}
