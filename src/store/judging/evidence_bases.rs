//! Stores the basis of a report with its digest, and computes its excess, before the report becomes evidence.

use std::collections::HashMap;

use deadpool_postgres::Transaction;
use rust_decimal::Decimal;
use tokio_postgres::Row;

use super::{
    basis_rows::{BASIS_TYPES, basis_row, canonical},
    report_flags,
    report_judge::{self, ReportKey},
    report_key::{key, prices},
};
use crate::{
    domain::{
        cases::excess_total::{RowExcess, row_excess},
        verdict::report_verdict::{ReportPrices, ReportVerdicts},
    },
    store::{
        catalogue::law_library::LawRepository,
        postgres::{
            copy_writer::CopyWriter,
            error::{StoreError, corrupt},
            statements,
        },
    },
};

/// Reports above a ceiling, each with its basis and its excess.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredBases {
    pub reports: Vec<i64>,
    /// Their partitions.
    pub parts: Vec<i64>,
    pub bases: Vec<i64>,
    pub excesses: Excesses,
}

/// The parts of `RowExcess`, as columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excesses {
    pub kinds: Vec<&'static str>,
    pub prices: Vec<&'static str>,
    pub left: Vec<Decimal>,
    pub right: Vec<Decimal>,
    pub factors: Vec<Decimal>,
    pub amounts: Vec<Decimal>,
}

impl StoredBases {
    fn push(&mut self, report: ReportPlace, basis: i64, excess: &RowExcess) {
        self.reports.push(report.id);
        self.parts.push(report.part);
        self.bases.push(basis);
        self.excesses.kinds.push(excess.kind.code());
        self.excesses.prices.push(excess.price.code());
        self.excesses.left.push(excess.left);
        self.excesses.right.push(excess.right);
        self.excesses.factors.push(excess.factor);
        self.excesses.amounts.push(excess.amount);
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct ReportPlace {
    id: i64,
    part: i64,
}

type AboveCeiling = (ReportKey, ReportPlace, ReportPrices);

/// Of the reports that an import found above and whose seller is known.
pub async fn store_bases(tx: &Transaction<'_>, import: i64, max_age_days: i32) -> Result<StoredBases, StoreError> {
    let rows = tx.query(statements::reports_above, &[&import, &report_flags::bit("reported_before")]).await?;
    let report = |row: &Row| -> Result<_, StoreError> {
        Ok((key(row)?, ReportPlace { id: row.try_get("id")?, part: row.try_get("part")? }, prices(row)?))
    };
    let mut reports: Vec<AboveCeiling> = rows.iter().map(report).collect::<Result<_, _>>()?;
    if reports.is_empty() {
        return Ok(StoredBases::default());
    }
    drop(rows);
    // All reports of one product, period and transaction have the same basis, which is computed once and then dropped.
    reports.sort_unstable_by_key(|(key, report, _)| (*key, *report));
    let mut expedientes: Vec<i32> = reports.iter().map(|((cum, ..), ..)| cum.expediente).collect();
    expedientes.dedup();
    let law = LawRepository::load(tx, max_age_days, Some(&expedientes), None).await?;
    let mut known = stored(tx, &expedientes).await?;
    let mut bulk = CopyWriter::new(statements::copy_bases, BASIS_TYPES);
    let (mut closed, mut grounded): (Vec<i64>, _) = (Vec::new(), StoredBases::default());
    let mut ids = BasisIds { left: reports.chunk_by(same_key).count(), reserved: Vec::new() };
    for same_law in reports.chunk_by(same_key) {
        let key = same_law[0].0;
        let question = report_judge::question(key)?;
        let view = law.view(&question);
        let canonical = canonical(&question, &view, &law.rules);
        let basis = match known.remove(&key) {
            Some((id, digest)) if digest == canonical.digest => id,
            replaced => {
                closed.extend(replaced.map(|(id, _)| id));
                let id = ids.next(tx).await?;
                bulk.push(basis_row(id, &question, &view, canonical, import));
                id
            }
        };
        ids.left -= 1;
        for (_, report, prices) in same_law {
            let ReportVerdicts { minimum, average, maximum } = prices.judge(&view);
            // An excess that cannot be stated exactly is no accusation.
            if let Some(excess) = row_excess(&minimum, &average, &maximum) {
                grounded.push(*report, basis, &excess);
            }
        }
    }
    tx.execute(statements::close_bases, &[&closed, &import]).await?;
    bulk.flush(tx).await?;
    Ok(grounded)
}

fn same_key((one, ..): &AboveCeiling, (other, ..): &AboveCeiling) -> bool {
    one == other
}

/// Ids for new bases, reserved in sets.
struct BasisIds {
    /// So many more may be needed.
    left: usize,
    reserved: Vec<i64>,
}

const IDS_AT_ONCE: usize = 256;

impl BasisIds {
    async fn next(&mut self, tx: &Transaction<'_>) -> Result<i64, StoreError> {
        if self.reserved.is_empty() {
            let count = i32::try_from(self.left.clamp(1, IDS_AT_ONCE)).unwrap_or(1);
            let rows = tx.query(statements::next_basis_ids, &[&count]).await?;
            self.reserved = rows.iter().rev().map(|row| row.try_get("id")).collect::<Result<_, _>>()?;
        }
        self.reserved.pop().ok_or_else(|| corrupt("basis", "no id is left"))
    }
}

async fn stored(tx: &Transaction<'_>, expedientes: &[i32]) -> Result<HashMap<ReportKey, (i64, String)>, StoreError> {
    let rows = tx.query(statements::bases_of_registrations, &[&expedientes]).await?;
    let one = |row: &Row| {
        let digest: String = row.try_get("digest").map_err(|error| corrupt("basis", error))?;
        Ok((key(row)?, (row.try_get("id")?, digest)))
    };
    rows.iter().map(one).collect()
}
