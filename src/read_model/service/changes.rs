//! `list_changes`: what changed in the law and in the products, in the order in which it became known.

use jiff::Timestamp;
use serde_json::Value as Json;
use tokio_postgres::Row;

use crate::{
    domain::identifier::cum::Cum,
    read_model::{ReadModel, statements},
    store::postgres::error::StoreError,
};

/// One row of the current table that was added, changed or removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub position: i64,
    /// Of the row: later changes of the same row have the same.
    pub key: String,
    pub kind: String,
    pub reason: String,
    /// `None`: of a market.
    pub cum: Option<Cum>,
    pub market: Option<String>,
    /// The product's name today.
    pub product: Option<String>,
    pub act: Option<String>,
    /// As stored; `None`: there was no such row.
    pub before: Option<Json>,
    pub after: Option<Json>,
    /// The import that brought it.
    pub source: Option<i64>,
    pub recorded_at: Timestamp,
}

#[derive(Clone, Debug, Default)]
pub struct ChangeFilter {
    /// Only what came after this position.
    pub after: i64,
    pub since: Option<Timestamp>,
    /// `product` or `ceiling`.
    pub kind: Option<&'static str>,
    /// With the unit prices of the market that it stands in.
    pub cum: Option<Cum>,
}

impl ReadModel {
    /// In order of position. Positions are given in the order of commits, so who reads on from the last one misses nothing.
    pub async fn list_changes(&self, filter: &ChangeFilter, limit: i64) -> Result<Vec<Change>, StoreError> {
        self.changes(statements::change_list, filter, limit).await
    }

    pub async fn newest_changes(&self, filter: &ChangeFilter, limit: i64) -> Result<Vec<Change>, StoreError> {
        self.changes(statements::change_newest, filter, limit).await
    }

    pub async fn changes_at(&self, positions: &[i64]) -> Result<Vec<Change>, StoreError> {
        let rows = self.database.read_connection().await?.query(statements::change_some, &[&positions]).await?;
        rows.iter().map(change).collect()
    }

    pub async fn knows_medicine(&self, cum: Cum) -> Result<bool, StoreError> {
        let row = self
            .database
            .read_connection()
            .await?
            .query_opt(statements::medicine_exists, &[&cum.expediente, &cum.consecutive])
            .await?;
        Ok(row.is_some())
    }

    async fn changes(&self, sql: &'static str, filter: &ChangeFilter, limit: i64) -> Result<Vec<Change>, StoreError> {
        let (expediente, consecutive) = filter.cum.map(|cum| (cum.expediente, cum.consecutive)).unzip();
        let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
            &[&filter.after, &filter.since, &filter.kind, &expediente, &consecutive, &limit];
        let rows = self.database.read_connection().await?.query(sql, params).await?;
        rows.iter().map(change).collect()
    }
}

fn change(row: &Row) -> Result<Change, StoreError> {
    let (expediente, consecutive): (Option<i32>, Option<i32>) = (row.try_get("expediente")?, row.try_get("consecutive")?);
    Ok(Change {
        position: row.try_get("position")?,
        key: row.try_get("key")?,
        kind: row.try_get("kind")?,
        reason: row.try_get("reason")?,
        cum: expediente.zip(consecutive).map(|(expediente, consecutive)| Cum::new(expediente, consecutive)),
        market: row.try_get("market")?,
        product: row.try_get("product")?,
        act: row.try_get("act_id")?,
        before: row.try_get("before")?,
        after: row.try_get("after")?,
        source: row.try_get("recorded_in")?,
        recorded_at: row.try_get("recorded_at")?,
    })
}
