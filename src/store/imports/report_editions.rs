//! Editions of published reports: for one product, period, role, operation, transaction and unit the newest edition counts.
//!
//! Only files whose spans overlap are looked at: a month's new file costs nothing however many months are stored.

use jiff::civil::Date;

use crate::{
    domain::law::edition::supersedes,
    store::{
        postgres::{error::StoreError, statements},
        transaction::import::{self, Import},
    },
};

/// Holds the file against those it overlaps with: how many of their reports it replaces, and how many of its own they state already.
/// `part` is the partition of its rows.
pub async fn supersede(
    import: &Import<'_>,
    part: i64,
    stated: Option<Date>,
    (from, until): (Date, Date),
) -> Result<(i64, i64), StoreError> {
    let day = stated.or(until.yesterday().ok());
    let (mut older, mut newer) = (Vec::new(), Vec::new());
    for row in import.tx.query(statements::overlapping_report_files, &[&import.file, &from, &until]).await? {
        let (other, other_day): (i64, Option<Date>) = (row.try_get("id")?, row.try_get("day")?);
        let list = if supersedes(day, import.file, other_day, other) { &mut older } else { &mut newer };
        list.push(other);
    }
    let mut counts = (0, 0);
    // Its own history first: what a newer edition states must not end what an older one states.
    if !newer.is_empty() {
        counts.1 = reports(import, statements::supersede_own_reports, part, &newer).await?;
    }
    if !older.is_empty() {
        counts.0 = reports(import, statements::supersede_older_reports, part, &older).await?;
    }
    import::count_ended(&import.tx, import.file, counts.0 + counts.1).await?;
    Ok(counts)
}

async fn reports(import: &Import<'_>, statement: &str, part: i64, files: &[i64]) -> Result<i64, StoreError> {
    Ok(import.tx.query_one(statement, &[&import.file, &part, &files]).await?.try_get("reports")?)
}
