//! `list_medicines` with a text: the best matches in the index of the newest data.

use std::sync::Arc;

use crate::{
    domain::identifier::cum::Cum,
    read_model::{
        ReadModel,
        search::{board::Snapshot, builder::build, entry::SearchEntry, hit::SearchHits, index::SearchIndex},
        statements,
    },
    store::postgres::error::StoreError,
};

impl ReadModel {
    /// The best matches, best first.
    pub async fn search(&self, q: &str, limit: usize) -> Result<SearchHits, StoreError> {
        let snapshot = self.snapshot().await?;
        Ok(snapshot.index.search(q, limit))
    }

    /// An index that was built beside something else, of a version of the lists; taken when it is newer than the one in use.
    pub fn offer_index(&self, version: i64, index: Arc<SearchIndex>) {
        let offered = Arc::new(Snapshot { version, index });
        self.search.current.rcu(|current| match current {
            Some(current) if current.version > version => Some(current.clone()),
            _ => Some(offered.clone()),
        });
    }

    /// One request builds the new index while the others wait for it: a stale answer under a new data version would be a lie.
    async fn snapshot(&self) -> Result<Arc<Snapshot>, StoreError> {
        let version = self.data_version().await?.lists_version;
        let fresh = || self.search.current.load_full().filter(|snapshot| snapshot.version >= version);
        if let Some(snapshot) = fresh() {
            return Ok(snapshot);
        }
        let _one_at_a_time = self.search.building.lock().await;
        if let Some(snapshot) = fresh() {
            return Ok(snapshot);
        }
        let entries = self.search_entries().await?;
        let index = tokio::task::spawn_blocking(move || build(entries)).await;
        let index = index.map_err(|error| StoreError::Bug(Box::new(error)))?;
        let index = index.map_err(|error| StoreError::Bug(Box::new(error)))?;
        let snapshot = Arc::new(Snapshot { version, index: Arc::new(index) });
        self.search.current.store(Some(snapshot.clone()));
        Ok(snapshot)
    }

    async fn search_entries(&self) -> Result<Vec<SearchEntry>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        let rows = connection.query(statements::search_entries, &[]).await?;
        let entry = |row: &tokio_postgres::Row| {
            Ok(SearchEntry {
                cum: Cum::new(row.try_get("expediente")?, row.try_get("consecutive")?),
                brand: row.try_get("brand")?,
                ingredients: row.try_get("ingredients")?,
                holder: row.try_get("holder")?,
                atc: row.try_get("atc")?,
                strength: row.try_get("strength")?,
                form: row.try_get("form")?,
                description: row.try_get("description")?,
                registration: row.try_get("registration")?,
                iums: row.try_get("iums")?,
            })
        };
        rows.iter().map(entry).collect()
    }
}
