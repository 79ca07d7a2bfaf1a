//! Counts the data once for each version of them, so that a summary costs the same however many reports there are.

use std::sync::Arc;

use tokio_postgres::IsolationLevel;

use crate::{
    read_model::{
        ReadModel,
        counts_cache::{DataCounts, ReportCount},
        statements,
    },
    store::postgres::error::StoreError,
};

impl ReadModel {
    /// Counted once for each version of the data, while others wait.
    pub(crate) async fn data_counts(&self) -> Result<Arc<DataCounts>, StoreError> {
        let version = self.data_version().await?.version;
        if let Some((of, counts)) = &*self.counts.0.lock().await
            && *of >= version
        {
            return Ok(counts.clone());
        }
        // It is finished also when the client who waits for it hangs up: the next one needs it.
        let read_model = self.clone();
        let work = tokio::spawn(async move { read_model.count_data(version).await });
        work.await.map_err(|error| StoreError::Bug(Box::new(error)))?
    }

    /// One at a time. A country's reports take longer than a statement of a request may.
    async fn count_data(&self, version: i64) -> Result<Arc<DataCounts>, StoreError> {
        let mut held = self.counts.0.lock().await;
        if let Some((of, counts)) = &*held
            && *of >= version
        {
            return Ok(counts.clone());
        }
        let mut connection = self.database.connection_without_timeout().await?;
        let tx = connection.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true).start().await?;
        let counts = tx.query_one(statements::status_counts, &[]).await?;
        let reports = tx.query(statements::assessment_counts, &[&None::<i32>, &None::<i32>, &None::<i64>]).await?;
        tx.commit().await?;
        let counts = Arc::new(DataCounts {
            medicines: counts.try_get("medicines")?,
            ceilings: counts.try_get("ceilings")?,
            reports: reports.iter().map(ReportCount::of).collect::<Result<_, _>>()?,
        });
        *held = Some((version, counts.clone()));
        Ok(counts)
    }
}
