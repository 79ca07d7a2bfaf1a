//! Columns of stored verdicts as domain values.

use tokio_postgres::Row;

use crate::{
    domain::verdict::judge::Verdict,
    store::postgres::error::{StoreError, corrupt},
};

pub(crate) fn verdict(row: &Row, column: &str) -> Result<Verdict, StoreError> {
    let code: &str = row.try_get(column)?;
    Verdict::from_code(code).ok_or_else(|| corrupt("assessment", code))
}
