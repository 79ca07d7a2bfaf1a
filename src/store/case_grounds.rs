//! The law side of an accusation, written down: before a report becomes evidence, its basis is stored with its digest.

use std::collections::HashMap;

use deadpool_postgres::Transaction;

use super::{
    bulk::Bulk,
    error::{StoreError, corrupt},
    judgement::{BASIS_TYPES, basis_row, canonical},
    law_library::LawLibrary,
    rejudge::key,
    report_flags,
    report_judge::{self, ReportKey},
    statements,
};

/// Reports above a ceiling, and the basis of each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grounded {
    pub reports: Vec<i64>,
    pub bases: Vec<i64>,
}

/// Of the reports that an import found above and whose seller is known.
pub async fn ground(tx: &Transaction<'_>, import: i64, max_age_days: i32) -> Result<Grounded, StoreError> {
    let rows = tx.query(statements::reports_above, &[&import, &report_flags::bit("reported_before")]).await?;
    let mut grounded = Grounded::default();
    let mut keys: Vec<ReportKey> = Vec::new();
    for row in &rows {
        grounded.reports.push(row.try_get("id")?);
        keys.push(key(row)?);
    }
    if keys.is_empty() {
        return Ok(grounded);
    }
    let mut expedientes: Vec<i32> = keys.iter().map(|(cum, ..)| cum.expediente).collect();
    expedientes.sort_unstable();
    expedientes.dedup();
    let law = LawLibrary::load(tx, max_age_days, Some(&expedientes), None).await?;
    let mut known = stored(tx, &expedientes).await?;
    let mut bulk = Bulk::new(statements::copy_bases, BASIS_TYPES);
    let (mut closed, mut done): (Vec<i64>, HashMap<ReportKey, i64>) = (Vec::new(), HashMap::new());
    for key in &keys {
        if let Some(basis) = done.get(key) {
            grounded.bases.push(*basis);
            continue;
        }
        let question = report_judge::question(*key)?;
        let view = law.view(&question);
        let canonical = canonical(&question, &view, &law.rules);
        let basis = match known.remove(key) {
            Some((id, digest)) if digest == canonical.digest => id,
            replaced => {
                closed.extend(replaced.map(|(id, _)| id));
                let id: i64 = tx.query_one(statements::next_basis_ids, &[&1_i32]).await?.try_get("id")?;
                bulk.push(basis_row(id, &question, &view, canonical, import));
                id
            }
        };
        done.insert(*key, basis);
        grounded.bases.push(basis);
    }
    tx.execute(statements::close_bases, &[&closed, &import]).await?;
    bulk.flush(tx).await?;
    Ok(grounded)
}

async fn stored(tx: &Transaction<'_>, expedientes: &[i32]) -> Result<HashMap<ReportKey, (i64, String)>, StoreError> {
    let rows = tx.query(statements::bases_of_registrations, &[&expedientes]).await?;
    let one = |row: &tokio_postgres::Row| {
        let digest: String = row.try_get("digest").map_err(|error| corrupt("basis", error))?;
        Ok((key(row)?, (row.try_get("id")?, digest)))
    };
    rows.iter().map(one).collect()
}
