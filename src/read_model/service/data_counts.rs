//! Counts the data once for each version of them, so that a summary costs the same however many reports there are; and counts a partition
//! again only where something in it may have changed, so that a version costs what it brought.

use std::sync::Arc;

use deadpool_postgres::Transaction;
use tokio_postgres::IsolationLevel;

use crate::{
    read_model::{
        ReadModel,
        counts_cache::{DataCounts, PartitionCounts, ReportCount},
        data_version::DataVersion,
        statements,
    },
    store::{
        judging::report_cache::SHARED,
        postgres::{error::StoreError, statements::report_partitions},
    },
};

impl ReadModel {
    /// Counted once for each version of the data, while others wait.
    pub(crate) async fn data_counts(&self) -> Result<Arc<DataCounts>, StoreError> {
        let version = self.data_version().await?;
        if let Some((of, counts)) = &*self.counts.0.lock().await
            && *of >= version.version
        {
            return Ok(counts.clone());
        }
        // It is finished also when the client who waits for it hangs up: the next one needs it.
        let read_model = self.clone();
        let work = tokio::spawn(async move { read_model.count_data(version).await });
        work.await.map_err(|error| StoreError::Bug(Box::new(error)))?
    }

    /// One at a time. A country's reports take longer than a statement of a request may.
    async fn count_data(&self, DataVersion { version, lists_version, .. }: DataVersion) -> Result<Arc<DataCounts>, StoreError> {
        let mut held = self.counts.0.lock().await;
        if let Some((of, counts)) = &*held
            && *of >= version
        {
            return Ok(counts.clone());
        }
        let mut connection = self.database.connection_without_timeout().await?;
        let tx = connection.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true).start().await?;
        let counts = tx.query_one(statements::status_counts, &[]).await?;
        let before = held.as_ref().map(|(_, counts)| counts);
        let ceilings = match before.filter(|before| before.lists_version == lists_version) {
            Some(same_lists) => same_lists.ceilings,
            None => tx.query_one(statements::listed_presentations, &[]).await?.try_get("ceilings")?,
        };
        let partitions = before.map_or(&[][..], |before| &before.partitions);
        let partitions = count_partitions(&tx, counts.try_get("judged_again")?, partitions).await?;
        tx.commit().await?;
        let counts = Arc::new(DataCounts { medicines: counts.try_get("medicines")?, ceilings, lists_version, partitions });
        *held = Some((version, counts.clone()));
        Ok(counts)
    }
}

/// `judged_again`: the newest import that judged reports again.
async fn count_partitions(
    tx: &Transaction<'_>,
    judged_again: i64,
    before: &[Arc<PartitionCounts>],
) -> Result<Vec<Arc<PartitionCounts>>, StoreError> {
    let mut counted = vec![count_partition(tx, SHARED, (0, judged_again)).await?];
    for row in tx.query(report_partitions, &[]).await? {
        let (part, changed) = (row.try_get("part")?, (row.try_get("changed")?, judged_again));
        let known = before.iter().find(|one| (one.part, one.changed) == (part, changed));
        counted.push(match known {
            Some(known) => known.clone(),
            None => count_partition(tx, part, changed).await?,
        });
    }
    Ok(counted)
}

async fn count_partition(tx: &Transaction<'_>, part: i64, changed: (i64, i64)) -> Result<Arc<PartitionCounts>, StoreError> {
    let rows = tx.query(statements::assessment_counts, &[&None::<i32>, &None::<i32>, &None::<i64>, &Some(part)]).await?;
    let reports = rows.iter().map(ReportCount::of).collect::<Result<_, _>>()?;
    Ok(Arc::new(PartitionCounts { part, changed, reports }))
}
