//! The data version that answers, for the ETag and `meta.data_version`, and what `known_at` resolves to.

use jiff::Timestamp;
use tokio_postgres::Row;

use super::{ReadModel, data_version::DataVersion, statements};
use crate::store::postgres::{
    connections::ReadConnection,
    error::{StoreError, corrupt},
};

impl ReadModel {
    /// As it is now. With standbys each server has its own, and each read asks the one that it is answered by.
    pub async fn data_version(&self) -> Result<DataVersion, StoreError> {
        if self.database.standbys().is_some() {
            return self.read_data_version().await;
        }
        self.versions.read(self.read_data_version()).await
    }

    async fn read_data_version(&self) -> Result<DataVersion, StoreError> {
        let known = self.database.latest_version.get();
        let mut connection = self.database.read_connection().await?;
        let row = connection.query_opt(statements::data_version, &[]).await?.ok_or_else(|| corrupt("data_version", "no row"))?;
        self.version_beside(&row, known)
    }

    /// The version that a statement read together with what it answers; `known` is what was known before it was asked.
    pub fn version_beside(&self, row: &Row, known: i64) -> Result<DataVersion, StoreError> {
        let version = DataVersion::of(row)?;
        self.hold_against(known, version.version)?;
        self.database.latest_version.observe(version.version);
        Ok(version)
    }
}

/// The newest import that was known at `known_at`; `None` (everything) when no instant is asked for.
pub async fn known_import(connection: &mut ReadConnection, known_at: Option<Timestamp>) -> Result<Option<i64>, StoreError> {
    let Some(instant) = known_at else { return Ok(None) };
    let row = connection.query_opt(statements::newest_import_at, &[&instant]).await?;
    Ok(Some(row.map_or(Ok(0), |row| row.try_get("id"))?))
}
