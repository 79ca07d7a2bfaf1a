//! All reports packed in memory, so that what needs them all takes a tenth of a second.
//!
//! A partition of one file never changes once it is attached, but for reports that are superseded, so each is read once.

use std::sync::Arc;

use tokio::sync::Mutex;

use super::packed_reports::PackedReports;
use crate::store::postgres::{database::Database, error::StoreError, statements};

/// The reports of the newest version that was requested.
#[derive(Default)]
pub struct ReportCache {
    held: Mutex<Option<Arc<Reports>>>,
}

/// All reports in force, of one version of the data or a later one.
pub struct Reports {
    version: i64,
    partitions: Vec<Partition>,
}

#[derive(Clone)]
struct Partition {
    number: i64,
    /// The newest import that superseded some of its reports when it was read.
    changed: i64,
    reports: Arc<PackedReports>,
}

/// More than these are read again each time: 32 bytes a report.
const REPORTS_HELD_MAX: usize = 24_000_000;
/// The partition that small files and small submissions share.
pub const SHARED: i64 = 0;

impl ReportCache {
    /// Concurrent callers wait for one load. `version`: the newest that is known.
    pub async fn reports(&self, database: &Database, version: i64) -> Result<Arc<Reports>, StoreError> {
        let mut held = self.held.lock().await;
        if let Some(reports) = &*held
            && reports.version >= version
        {
            return Ok(reports.clone());
        }
        let partitions = read(database, held.as_ref().map_or(&[], |before| &before.partitions)).await?;
        let reports = Arc::new(Reports { version, partitions });
        *held = (reports.count() <= REPORTS_HELD_MAX).then(|| reports.clone());
        Ok(reports)
    }
}

impl Reports {
    pub fn partitions(&self) -> impl Iterator<Item = &PackedReports> {
        self.partitions.iter().map(|partition| &*partition.reports)
    }

    pub fn count(&self) -> usize {
        self.partitions().map(PackedReports::count).sum()
    }
}

/// `held`: partitions read before, which are not read again unless they changed.
async fn read(database: &Database, held: &[Partition]) -> Result<Vec<Partition>, StoreError> {
    let client = database.connection_without_timeout().await?;
    let mut partitions = Vec::new();
    for row in client.query(statements::report_partitions, &[]).await? {
        let (number, changed) = (row.try_get("part")?, row.try_get("changed")?);
        let known = held.iter().find(|one| (one.number, one.changed) == (number, changed));
        partitions.push(match known {
            Some(known) => known.clone(),
            None => Partition { number, changed, reports: Arc::new(PackedReports::read(database, number).await?) },
        });
    }
    partitions.push(Partition { number: SHARED, changed: 0, reports: Arc::new(PackedReports::read(database, SHARED).await?) });
    Ok(partitions)
}
