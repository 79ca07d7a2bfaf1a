//! The planner's statistics of what an import filled. Until PostgreSQL takes them by itself, which it does after a minute or more,
//! the next import or question would be planned as for an empty table.

use crate::{
    ingest::SourceKind,
    store::{
        postgres::{error::StoreError, statements},
        transaction::import::Import,
    },
};

/// Fewer rows are quickly read in any way.
const ROWS_MIN: i64 = 1_000;

/// Of the rows of a list, once they are stored. A partition of reports takes its own before it is attached.
pub(crate) async fn of_list(import: &Import<'_>, kind: SourceKind) -> Result<(), StoreError> {
    let statement = match kind {
        SourceKind::Catalogue => statements::analyze_catalogue,
        SourceKind::Ceilings => statements::analyze_ceilings,
        SourceKind::Thermometer => statements::analyze_thermometer,
        SourceKind::BenefitPlan | SourceKind::CumCodes | SourceKind::IumCodes => statements::analyze_codes,
        SourceKind::Sismed => return Ok(()),
    };
    take(import, statement).await
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
