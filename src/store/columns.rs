//! The reports, in memory: what is asked of millions of them at once takes a tenth of a second instead of many.
//!
//! A partition never changes once it is attached (but for corrections of submissions, which live in the shared one), so each is read once.
pub mod cores;
pub mod counting;
pub mod law;
mod limit;
pub mod part;
pub mod reading;

use std::{collections::HashMap, sync::Arc};

use futures_util::TryStreamExt;
use tokio::sync::Mutex;

use self::part::Part;
use super::{error::StoreError, pool::Database, statements};

/// The partitions read so far.
#[derive(Default)]
pub struct ReportColumns {
    held: Mutex<Option<Arc<Reports>>>,
}

/// All reports that count, as of one version of the data or a later one.
pub struct Reports {
    pub version: i64,
    pub parts: Vec<HeldPart>,
    /// Verdicts of this import and all before it are in.
    seen: i64,
}

#[derive(Clone)]
pub struct HeldPart {
    number: i64,
    /// The newest import that superseded some of its reports when it was read.
    changed: i64,
    pub part: Arc<Part>,
    /// The verdicts in force, by position in the part; `None`: as when it was read.
    judged: Option<Arc<Vec<i32>>>,
}

/// More than these are read again each time: 48 bytes a row.
pub const ROWS_HELD_MAX: usize = 24_000_000;
const SHARED: i64 = 0;

impl HeldPart {
    pub fn judged(&self) -> &[i32] {
        self.judged.as_deref().map_or(&self.part.judged, Vec::as_slice)
    }
}

impl Reports {
    pub fn rows(&self) -> usize {
        self.parts.iter().map(|held| held.part.rows.len()).sum()
    }
}

impl Database {
    /// Whoever comes while they are read waits for the same reading. `version`: the newest that is known.
    pub async fn reports(&self, version: i64) -> Result<Arc<Reports>, StoreError> {
        let mut held = self.columns.held.lock().await;
        if let Some(reports) = &*held
            && reports.version >= version
        {
            return Ok(reports.clone());
        }
        let reports = Arc::new(self.read_reports(version, held.as_deref()).await?);
        *held = (reports.rows() <= ROWS_HELD_MAX).then(|| reports.clone());
        Ok(reports)
    }

    /// Whether holding them is out of the question; by the planner's count, since reading them is what it would spare.
    pub async fn too_many_reports(&self) -> Result<bool, StoreError> {
        let client = self.unbounded().await?;
        let estimated: i64 = client.query_one(statements::reports_estimated, &[]).await?.try_get("reports")?;
        Ok(usize::try_from(estimated).is_ok_and(|estimated| estimated > ROWS_HELD_MAX))
    }

    async fn read_reports(&self, version: i64, before: Option<&Reports>) -> Result<Reports, StoreError> {
        let client = self.unbounded().await?;
        // Before the verdicts are read: one too many is read again, none is missed.
        let seen: i64 = client.query_one(statements::newest_source_file, &[]).await?.try_get("id")?;
        let mut newer = match before {
            Some(before) => reassessed_since(&client, before.seen).await?,
            None => HashMap::new(),
        };
        let mut parts = Vec::new();
        for row in client.query(statements::report_partitions, &[]).await? {
            let number: i64 = row.try_get("part")?;
            let changed: i64 = row.try_get("changed")?;
            let known =
                before.and_then(|before| before.parts.iter().find(|held| (held.number, held.changed) == (number, changed)));
            let held = match (known, newer.remove(&number)) {
                (None, _) => HeldPart { number, changed, part: Arc::new(reading::read_part(self, number).await?), judged: None },
                (Some(held), None) => held.clone(),
                (Some(held), Some(newer)) => {
                    let judged = held.part.rejudged(held.judged(), &newer);
                    HeldPart { judged: Some(Arc::new(judged)), ..held.clone() }
                }
            };
            parts.push(held);
        }
        parts.push(HeldPart {
            number: SHARED,
            changed: 0,
            part: Arc::new(reading::read_part(self, SHARED).await?),
            judged: None,
        });
        Ok(Reports { version, parts, seen })
    }
}

/// By partition, then by report.
async fn reassessed_since(client: &tokio_postgres::Client, seen: i64) -> Result<HashMap<i64, HashMap<i64, i32>>, StoreError> {
    let mut rows = std::pin::pin!(client.query_raw(statements::reassessed_since, [seen]).await?);
    let mut found: HashMap<i64, HashMap<i64, i32>> = HashMap::new();
    while let Some(row) = rows.try_next().await? {
        found.entry(row.try_get("report_part")?).or_default().insert(row.try_get("report_id")?, row.try_get("judged")?);
    }
    Ok(found)
}
