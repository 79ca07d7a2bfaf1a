//! `/readyz`: whether the service can answer about the domain now, and if not, what stands in the way.

use crate::{
    read_model::{ReadModel, statements},
    store::{postgres::error::StoreError, transaction::schema},
};

/// What stands in the way, as far as this service can know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotReady {
    /// The server is starting, or being started again.
    Restarting,
    /// Nothing answers, or not in time.
    Unreachable,
    /// There is no schema yet, or no state of the data in it.
    NoData,
    SchemaOlder,
    SchemaNewer,
    /// A fault that only the log can explain.
    Fault,
}

impl ReadModel {
    pub async fn readiness(&self) -> Result<(), NotReady> {
        match self.schema_version().await {
            Ok(None) => Err(NotReady::NoData),
            Ok(Some(version)) if version < schema::newest() => Err(NotReady::SchemaOlder),
            Ok(Some(version)) if version > schema::newest() => Err(NotReady::SchemaNewer),
            Ok(Some(_)) => Ok(()),
            Err(_) if self.database.is_restarting() => Err(NotReady::Restarting),
            Err(error) if error.is_restart() => Err(NotReady::Restarting),
            Err(error) if error.is_missing_table() => Err(NotReady::NoData),
            Err(StoreError::Unavailable(_) | StoreError::Timeout | StoreError::Behind) => Err(NotReady::Unreachable),
            Err(error) => {
                tracing::error!(?error, "database: readiness could not be found out");
                Err(NotReady::Fault)
            }
        }
    }

    /// `None`: there is no state of the data.
    async fn schema_version(&self) -> Result<Option<i32>, StoreError> {
        let row = self.database.read_connection().await?.query_opt(statements::readiness, &[]).await?;
        row.map(|row| Ok(row.try_get::<_, Option<i32>>("schema_version")?.unwrap_or_default())).transpose()
    }
}
