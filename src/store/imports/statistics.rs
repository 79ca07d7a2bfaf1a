//! The planner's statistics of what an import filled. Until PostgreSQL takes them by itself, which it does after a minute or more,
//! the next import or question would be planned as for an empty table.

use crate::store::{
    postgres::{error::StoreError, statements},
    transaction::import::Import,
};

/// Fewer rows are quickly read in any way.
const ROWS_MIN: i64 = 1_000;

pub(crate) async fn of_catalogue(import: &Import<'_>) -> Result<(), StoreError> {
    take(import, statements::analyze_catalogue).await
}

pub(crate) async fn of_ceilings(import: &Import<'_>) -> Result<(), StoreError> {
    take(import, statements::analyze_ceilings).await
}

pub(crate) async fn of_thermometer(import: &Import<'_>) -> Result<(), StoreError> {
    take(import, statements::analyze_thermometer).await
}

pub(crate) async fn of_codes(import: &Import<'_>) -> Result<(), StoreError> {
    take(import, statements::analyze_codes).await
}

pub(crate) async fn of_medicines(import: &Import<'_>) -> Result<(), StoreError> {
    take(import, statements::analyze_medicines).await
}

async fn take(import: &Import<'_>, statement: &str) -> Result<(), StoreError> {
    if import.counts.accepted >= ROWS_MIN {
        import.tx.execute(statement, &[]).await?;
    }
    Ok(())
}
