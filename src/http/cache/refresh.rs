//! Keeps the cache fresh: builds a new snapshot in the background when the data or the day change, and swaps it in whole.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::civil::Date;
use tokio::task::JoinHandle;

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
        let mut build_after = Instant::now();
        let mut counting: Option<JoinHandle<()>> = None;
        loop {
            let (latest, today) = (self.latest_version.get(), (self.clock)().1);
            if self.held() == Some((latest, today)) {
                let _ = tokio::time::timeout(LOOK_INTERVAL, self.latest_version.wait_for_newer(latest)).await;
                continue;
            }
            match self.renew(&read_model, today, build_after).await {
                Ok(Renewed::Built(took)) if self.held() != Some((self.latest_version.get(), today)) => {
                    // A snapshot that is outdated when it is ready must not keep the database busy.
                    build_after = Instant::now() + took;
                }
                Ok(Renewed::Built(_) | Renewed::Restamped) => {}
                Ok(Renewed::Later) => {
                    let _ = tokio::time::timeout_at(build_after.into(), self.latest_version.wait_for_newer(latest)).await;
                }
                Err(error) => {
                    tracing::warn!(%error, "cache: snapshot could not be built");
                    tokio::time::sleep(RETRY_PAUSE).await;
                }
            }
            // So that no request for a summary waits for it; after a failure, the first one does. Counting takes long, and versions may come
            // faster: one count at a time. The snapshot comes first, since every question waits for it.
            if counting.as_ref().is_none_or(JoinHandle::is_finished) {
                let counted = read_model.clone();
                counting = Some(tokio::spawn(async move { drop(counted.data_counts().await) }));
            }
        }
    }

    /// What only reports changed is there already; everything else is read anew, but not before an instant.
    async fn renew(&self, read_model: &ReadModel, today: Date, build_after: Instant) -> Result<Renewed, StoreError> {
        let held = self.current.load_full().filter(|snapshot| snapshot.today == today);
        if let Some(held) = held {
            let version = read_model.data_version().await?;
            if let Some(same) = held.with_reports_of(version) {
                self.current.store(Some(Arc::new(same)));
                tracing::debug!(version = version.version, "cache: snapshot kept, only reports changed");
                return Ok(Renewed::Restamped);
            }
        }
        if Instant::now() < build_after {
            return Ok(Renewed::Later);
        }
        self.refresh(read_model, today).await.map(Renewed::Built)
    }

    fn held(&self) -> Option<(i64, Date)> {
        self.current.load().as_ref().map(|snapshot| (snapshot.version.version, snapshot.today))
    }

    async fn refresh(&self, read_model: &ReadModel, today: Date) -> Result<Duration, StoreError> {
        let start = Instant::now();
        let builder = Builder::new(today, read_model.max_age_days);
        let thermometers = builder.thermometers();
        let (builder, thermometers) = read_model.read_whole(builder, thermometers).await?;
        let made = tokio::task::spawn_blocking(move || builder.finish(thermometers)).await;
        let snapshot: Snapshot = made.map_err(|error| StoreError::Bug(Box::new(error)))?.map_err(StoreError::Bug)?;
        let (version, medicines) = (snapshot.version.version, snapshot.medicines.count());
        read_model.offer_index(snapshot.version.lists_version, snapshot.search.clone());
        let old = self.current.swap(Some(Arc::new(snapshot)));
        // Dropping hundreds of thousands of small allocations must not block a thread that answers.
        drop(tokio::task::spawn_blocking(move || drop(old)));
        tracing::info!(version, medicines, elapsed_ms = start.elapsed().as_millis(), "cache: snapshot built");
        Ok(start.elapsed())
    }
}

enum Renewed {
    /// How long it took.
    Built(Duration),
    Restamped,
    Later,
}
