//! The name of a line, as rows have it.

use tokio_postgres::Row;

use crate::{
    domain::participation::consultation::{LineKey, LinePart},
    store::postgres::error::{StoreError, corrupt},
};

pub fn line_key(row: &Row) -> Result<LineKey, StoreError> {
    let part: &str = row.try_get("part")?;
    let part = LinePart::from_code(part).ok_or_else(|| corrupt("consultation_line", part))?;
    Ok(LineKey { part: part.code(), key: row.try_get("key")?, field: row.try_get("field")? })
}
