//! Keeps memory fresh: reads everything again when the data or the day change, beside the answering, and swaps it in whole.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::civil::Date;

use super::{Held, Memory, snapshot::Builder};
use crate::{read_model::ReadModel, store::error::StoreError};

/// How often midnight is looked for.
const LOOK_INTERVAL: Duration = Duration::from_millis(500);
/// After a failure: the database is away, or busy.
const RETRY_PAUSE: Duration = Duration::from_secs(1);

impl Memory {
    /// Until the task is dropped. While there is no snapshot of now, the database answers.
    pub async fn keep(self: Arc<Self>, read_model: ReadModel) {
        loop {
            let (held, today) = (self.held(), (self.clock)().1);
            if held == Some((self.newest.get(), today)) {
                let version = self.newest.get();
                let _ = tokio::time::timeout(LOOK_INTERVAL, self.newest.newer(version)).await;
                continue;
            }
            let start = Instant::now();
            match self.read_again(&read_model, today).await {
                // What is out of date the moment it is ready must not keep the database busy: as long a pause as it took.
                Ok(version) if version < self.newest.get() => tokio::time::sleep(start.elapsed()).await,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "nothing new can be answered from memory yet");
                    tokio::time::sleep(RETRY_PAUSE).await;
                }
            }
        }
    }

    fn held(&self) -> Option<(i64, Date)> {
        self.current.load().as_ref().map(|held| (held.snapshot.version.version, held.snapshot.today))
    }

    async fn read_again(&self, read_model: &ReadModel, today: Date) -> Result<i64, StoreError> {
        let start = Instant::now();
        let builder = read_model.read_whole(Builder::new(today, read_model.max_age_days)).await?;
        let bug = |error: Box<dyn std::error::Error + Send + Sync>| StoreError::Bug(error);
        let made = tokio::task::spawn_blocking(move || {
            let snapshot = builder.finish()?;
            Ok(Held::new(snapshot))
        });
        let made: Result<Option<Held>, super::snapshot::Mismatch> = made.await.map_err(|error| bug(Box::new(error)))?;
        let Some(held) = made.map_err(|error| bug(Box::new(error)))? else {
            return Err(bug("metadata could not be written".into()));
        };
        let snapshot = &held.snapshot;
        let (version, medicines) = (snapshot.version.version, snapshot.medicines.count());
        let (bytes, elapsed_ms) = (snapshot.medicines.bytes() + snapshot.thermometers.bytes(), start.elapsed().as_millis());
        read_model.offer_index(version, snapshot.search.clone());
        let old = self.current.swap(Some(Arc::new(held)));
        // Tens of thousands of small pieces: not on a thread that answers.
        drop(tokio::task::spawn_blocking(move || drop(old)));
        tracing::info!(version, medicines, bytes, elapsed_ms, "answering from memory");
        Ok(version)
    }
}
