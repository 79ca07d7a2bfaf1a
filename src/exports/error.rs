//! Errors while files are built. Readers do not see them: they keep the existing versions.

use crate::store::postgres::error::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the disk: {0}")]
    Disk(#[from] std::io::Error),
    #[error("parquet: {0}")]
    Parquet(#[from] parquet::errors::ParquetError),
    #[error("a data set could not be made: {0}")]
    Stopped(String),
}

impl From<tokio_postgres::Error> for ExportError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Store(error.into())
    }
}
