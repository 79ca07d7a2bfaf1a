//! Keeps the cache fresh: builds a new snapshot in the background when the data or the day change, and swaps it in whole.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::civil::Date;

use super::{
    AnswerCache,
    snapshot::{Builder, Snapshot},
};
use crate::{read_model::ReadModel, store::postgres::error::StoreError};

/// How often the current day is checked.
const LOOK_INTERVAL: Duration = Duration::from_millis(500);
/// After a failure: the database is down or busy.
const RETRY_PAUSE: Duration = Duration::from_secs(1);

impl AnswerCache {
    /// Until the task is dropped. While there is no snapshot of now, the database answers.
    pub async fn keep_fresh(self: Arc<Self>, read_model: ReadModel) {
        loop {
            let (held, today) = (self.held(), (self.clock)().1);
            if held == Some((self.latest_version.get(), today)) {
                let version = self.latest_version.get();
                let _ = tokio::time::timeout(LOOK_INTERVAL, self.latest_version.wait_for_newer(version)).await;
                continue;
            }
            let start = Instant::now();
            // So that no request for a summary waits for it; after a failure, the first one does.
            let counting = read_model.clone();
            tokio::spawn(async move { counting.data_counts().await.map(drop) });
            match self.refresh(&read_model, today).await {
                // A snapshot that is outdated when it is ready must not keep the database busy: pause as long as it took.
                Ok(version) if version < self.latest_version.get() => tokio::time::sleep(start.elapsed()).await,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "cache: snapshot could not be built");
                    tokio::time::sleep(RETRY_PAUSE).await;
                }
            }
        }
    }

    fn held(&self) -> Option<(i64, Date)> {
        self.current.load().as_ref().map(|snapshot| (snapshot.version.version, snapshot.today))
    }

    async fn refresh(&self, read_model: &ReadModel, today: Date) -> Result<i64, StoreError> {
        let start = Instant::now();
        let builder = read_model.read_whole(Builder::new(today, read_model.max_age_days)).await?;
        let made = tokio::task::spawn_blocking(move || builder.finish()).await;
        let snapshot: Snapshot = made.map_err(|error| StoreError::Bug(Box::new(error)))?.map_err(StoreError::Bug)?;
        let (version, medicines) = (snapshot.version.version, snapshot.medicines.count());
        read_model.offer_index(version, snapshot.search.clone());
        let old = self.current.swap(Some(Arc::new(snapshot)));
        // Dropping hundreds of thousands of small allocations must not block a thread that answers.
        drop(tokio::task::spawn_blocking(move || drop(old)));
        tracing::info!(version, medicines, elapsed_ms = start.elapsed().as_millis(), "cache: snapshot built");
        Ok(version)
    }
}
