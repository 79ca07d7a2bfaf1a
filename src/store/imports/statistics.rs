//! The planner's statistics of what an import filled. Until PostgreSQL takes them by itself, which it does after a minute or more,
//! the next import or question would be planned as for an empty table.

use crate::store::{
    postgres::{error::StoreError, statements},
    transaction::import::Import,
};

/// Fewer rows are quickly read in any way.
const ROWS_MIN: i64 = 1_000;
pub(crate) const MEDICINES: &str = "medicines";

/// `imported`: the kind of a list, once its rows are stored, or `MEDICINES`.
pub(crate) async fn take(import: &Import<'_>, imported: &str) -> Result<(), StoreError> {
    if import.counts.accepted >= ROWS_MIN {
        import.tx.query_one(statements::analyze_imported, &[&imported]).await?;
    }
    Ok(())
}
