//! Updates cases after judging: adds and closes evidence, opens cases, and records the changes in their history.

use deadpool_postgres::Transaction;
use jiff::{Timestamp, civil::Date};
use tokio_postgres::{Row, types::ToSql};

use super::evidence_bases::{Excesses, Grounds, StoredBases, store_bases};
use crate::{
    domain::cases::case_file::{LegalTerm, TermUnit},
    store::postgres::{
        error::{StoreError, corrupt},
        statements,
    },
};

const NOTHING_LEFT: &str = "rejuzgado: ningún reporte sigue por encima";

/// The effect of an import on the cases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseChanges {
    pub opened: Vec<String>,
    /// Earlier cases whose evidence is no longer the same.
    pub changed: Vec<String>,
    /// Among them, those that the service dismissed since nothing is left.
    pub dismissed: Vec<String>,
    /// Reports that became evidence.
    pub reports: i64,
}

/// Called in an import's own transaction, after its reports were judged. Under the import lock no one else opens cases.
pub async fn refresh(
    tx: &Transaction<'_>,
    import: i64,
    (at, day): (Timestamp, Date),
    max_age_days: i32,
) -> Result<CaseChanges, StoreError> {
    let mut changes = close_evidence(tx, import).await?;
    let bases = store_bases(tx, import, max_age_days).await?;
    open(tx, import, (at, day), bases, &mut changes).await?;
    Ok(changes)
}

/// The same of a file whose grounds were computed before its turn, and whose import judges no other reports.
pub(crate) async fn refresh_prepared(
    tx: &Transaction<'_>,
    import: i64,
    at: (Timestamp, Date),
    grounds: Grounds,
) -> Result<CaseChanges, StoreError> {
    let mut changes = close_evidence(tx, import).await?;
    let bases = grounds.store(tx, import).await?;
    open(tx, import, at, bases, &mut changes).await?;
    Ok(changes)
}

async fn close_evidence(tx: &Transaction<'_>, import: i64) -> Result<CaseChanges, StoreError> {
    let mut changes = CaseChanges::default();
    for row in tx.query(statements::close_case_evidence, &[&import]).await? {
        changes.changed.push(row.try_get("case_id")?);
    }
    Ok(changes)
}

async fn open(
    tx: &Transaction<'_>,
    import: i64,
    (at, day): (Timestamp, Date),
    grounded: StoredBases,
    changes: &mut CaseChanges,
) -> Result<(), StoreError> {
    let StoredBases { reports, parts, bases, excesses } = grounded;
    let Excesses { kinds, prices, left, right, factors, amounts } = excesses;
    let params: &[&(dyn ToSql + Sync)] =
        &[&import, &at, &day, &reports, &bases, &kinds, &prices, &left, &right, &factors, &amounts, &parts];
    for row in tx.query(statements::open_cases, params).await? {
        let id: String = row.try_get("case_id")?;
        changes.reports += row.try_get::<_, i64>("reports")?;
        let list = if row.try_get("opened")? { &mut changes.opened } else { &mut changes.changed };
        list.push(id);
    }
    changes.changed.sort();
    changes.changed.dedup();
    tx.query(statements::lock_cases, &[&changes.changed]).await?;
    for row in tx.query(statements::note_changed_evidence, &[&changes.changed, &at, &day, &NOTHING_LEFT]).await? {
        let (from, to): (&str, &str) = (row.try_get("from_state")?, row.try_get("to_state")?);
        if from != to && to == "dismissed" {
            changes.dismissed.push(row.try_get("id")?);
        }
    }
    changes.dismissed.sort();
    Ok(())
}

/// A row of `legal_terms`.
pub(crate) fn legal_term(row: &Row) -> Result<LegalTerm, StoreError> {
    let unit: &str = row.try_get("unit")?;
    Ok(LegalTerm {
        code: row.try_get("code")?,
        from: row.try_get("valid_from")?,
        until: row.try_get("valid_until")?,
        amount: u32::try_from(row.try_get::<_, i32>("amount")?).map_err(|error| corrupt("legal_term", error))?,
        unit: TermUnit::from_code(unit).ok_or_else(|| corrupt("legal_term", unit))?,
        citation: row.try_get("citation")?,
        confirmed: row.try_get("confirmed")?,
    })
}
