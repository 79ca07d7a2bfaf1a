//! Builds the index of candidates of the newest lists when it is first needed.

use std::sync::Arc;

use tokio_postgres::Row;

use crate::{
    domain::{
        identifier::cum::Cum,
        item_text::{candidates::CandidateIndex, presentation::ProductRow},
    },
    read_model::{ReadModel, item_index_cache::VersionedIndex, search::synonyms, statements},
    store::postgres::error::StoreError,
};

impl ReadModel {
    /// One request builds the new index while the others wait for it.
    pub async fn item_index(&self) -> Result<Arc<CandidateIndex>, StoreError> {
        let version = self.data_version().await?.lists_version;
        let fresh = || {
            let held = self.items.current.load_full().filter(|held| held.version >= version);
            held.map(|held| held.index.clone())
        };
        if let Some(index) = fresh() {
            return Ok(index);
        }
        let _one_at_a_time = self.items.building.lock().await;
        if let Some(index) = fresh() {
            return Ok(index);
        }
        let rows = self.product_rows().await?;
        let build = move || CandidateIndex::build(rows, &synonyms::pairs());
        let index = tokio::task::spawn_blocking(build).await.map_err(|error| StoreError::Bug(Box::new(error)))?;
        let index = Arc::new(index);
        self.items.current.store(Some(Arc::new(VersionedIndex { version, index: index.clone() })));
        Ok(index)
    }

    async fn product_rows(&self) -> Result<Vec<ProductRow>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        connection.query(statements::item_products, &[]).await?.iter().map(product_row).collect()
    }
}

fn product_row(row: &Row) -> Result<ProductRow, StoreError> {
    Ok(ProductRow {
        cum: Cum::new(row.try_get("expediente")?, row.try_get("consecutive")?),
        brand: row.try_get("brand")?,
        description: row.try_get("description")?,
        list_description: row.try_get("list_description")?,
        holder: row.try_get("holder")?,
        registration: row.try_get("registration")?,
        ingredients: row.try_get("ingredients")?,
        strength: row.try_get("strength")?,
        form: row.try_get("form")?,
        route: row.try_get("route")?,
        form_group: row.try_get("form_group")?,
        dispensing_units: row.try_get("dispensing_units")?,
        iums: row.try_get("iums")?,
        medical_sample: row.try_get("medical_sample")?,
    })
}
