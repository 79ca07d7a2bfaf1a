//! The newest data version that this process knows of, from any source. Older data must not be answered any more.

use std::sync::atomic::{AtomicI64, Ordering};

use tokio::sync::Notify;

/// A data version that only increases.
#[derive(Debug, Default)]
pub struct LatestVersion {
    version: AtomicI64,
    grown: Notify,
}

impl LatestVersion {
    /// Call after every commit that changed data, and whenever the version is read.
    pub fn observe(&self, version: i64) {
        if self.version.fetch_max(version, Ordering::SeqCst) < version {
            self.grown.notify_waiters();
        }
    }

    /// 0 before anything is known.
    pub fn get(&self) -> i64 {
        self.version.load(Ordering::SeqCst)
    }

    /// Returns once there is a newer version than `than`.
    pub async fn wait_for_newer(&self, than: i64) -> i64 {
        loop {
            let grown = self.grown.notified();
            let version = self.get();
            if version > than {
                return version;
            }
            grown.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_only_grows_and_wakes_who_waits() {
        let newest = LatestVersion::default();
        newest.observe(5);
        newest.observe(3);
        assert_eq!(newest.get(), 5);
        let ((), newer) = tokio::join!(async { newest.observe(6) }, newest.wait_for_newer(5));
        assert_eq!(newer, 6);
    }
}
