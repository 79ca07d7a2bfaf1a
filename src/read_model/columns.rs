//! Columns of stored verdicts as domain values.

use tokio_postgres::Row;

use crate::{
    domain::verdict::judge::Finding,
    store::postgres::error::{StoreError, corrupt},
};

pub(crate) fn finding(row: &Row, column: &str) -> Result<Finding, StoreError> {
    let code: &str = row.try_get(column)?;
    Finding::from_code(code).ok_or_else(|| corrupt("assessment", code))
}
