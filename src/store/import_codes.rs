//! SISPRO's tables of codes that exist, row by row as published.

use tokio_postgres::types::Type;

use super::{bulk::Bulk, error::StoreError, import::Import, statements};
use crate::{
    cells,
    domain::listed::{ListedCumCode, ListedIumCode},
};

pub struct CumCodeImport {
    rows: Bulk,
}

pub struct IumCodeImport {
    rows: Bulk,
}

impl CumCodeImport {
    pub fn begin() -> Self {
        Self { rows: Bulk::new(statements::copy_cum_codes, &[Type::INT8, Type::INT8, Type::INT4, Type::INT4, Type::BOOL]) }
    }

    pub async fn take(&mut self, import: &mut Import<'_>, line: u64, row: ListedCumCode) -> Result<(), StoreError> {
        let line = i64::try_from(line).unwrap_or(i64::MAX);
        if self.rows.push(cells![import.file, line, row.cum.expediente, row.cum.consecutive, row.enabled]) {
            self.rows.flush(&import.tx).await?;
        }
        import.accepted();
        Ok(())
    }

    pub async fn flush(&mut self, import: &Import<'_>) -> Result<(), StoreError> {
        self.rows.flush(&import.tx).await
    }
}

impl IumCodeImport {
    pub fn begin() -> Self {
        Self { rows: Bulk::new(statements::copy_ium_codes, &[Type::INT8, Type::INT8, Type::TEXT, Type::BOOL]) }
    }

    pub async fn take(&mut self, import: &mut Import<'_>, line: u64, row: ListedIumCode) -> Result<(), StoreError> {
        let line = i64::try_from(line).unwrap_or(i64::MAX);
        if self.rows.push(cells![import.file, line, row.ium.as_str().to_owned(), row.enabled]) {
            self.rows.flush(&import.tx).await?;
        }
        import.accepted();
        Ok(())
    }

    pub async fn flush(&mut self, import: &Import<'_>) -> Result<(), StoreError> {
        self.rows.flush(&import.tx).await
    }
}
