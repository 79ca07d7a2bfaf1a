//! Stores the basis of a report with its digest, and computes its excess, before the report becomes evidence.
//!
//! Of a file that is prepared before its turn, all but the storing is done then.

use std::collections::HashMap;

use deadpool_postgres::Transaction;
use rust_decimal::Decimal;
use tokio_postgres::Row;

use super::{
    basis_rows::{BASIS_TYPES, basis_row, canonical},
    file_rows::FileRows,
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
            copy_writer::{CopyValue, CopyWriter},
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

/// A basis, and the reports that it puts above a ceiling.
struct Ground {
    key: ReportKey,
    digest: String,
    /// To be stored, but for its id.
    row: Vec<CopyValue>,
    reports: Vec<(ReportPlace, RowExcess)>,
}

/// What the reports of a file will be accused on, computed before it is imported.
pub struct Grounds(Vec<Ground>);

/// With more grounds they are computed one by one when they are stored.
const GROUNDS_HELD_MAX: usize = 50_000;

impl Grounds {
    /// `None`: too many. They hold as long as the law does.
    pub async fn of_file(tx: &Transaction<'_>, of: &FileRows, max_age_days: i32) -> Result<Option<Self>, StoreError> {
        let sql = of.statement(statements::file_reports_above);
        let reports = above(&tx.query(sql.as_str(), &[&of.file, &report_flags::bit("reported_before")]).await?)?;
        if reports.chunk_by(same_key).count() > GROUNDS_HELD_MAX {
            return Ok(None);
        }
        let law = LawRepository::load(tx, max_age_days, Some(&expedientes(&reports)), None).await?;
        let grounds = reports.chunk_by(same_key).map(|same_law| Ground::of(same_law, &law, of.file));
        Ok(Some(Self(grounds.collect::<Result<_, _>>()?)))
    }

    /// Once the file is imported.
    pub async fn store(self, tx: &Transaction<'_>, import: i64) -> Result<StoredBases, StoreError> {
        let mut expedientes: Vec<i32> = self.0.iter().map(|ground| ground.key.0.expediente).collect();
        expedientes.dedup();
        let mut writer = BasisWriter::begin(tx, &expedientes, self.0.len()).await?;
        for ground in self.0 {
            writer.add(tx, ground).await?;
        }
        writer.finish(tx, import).await
    }
}

/// Of the reports that an import found above and whose seller is known.
pub async fn store_bases(tx: &Transaction<'_>, import: i64, max_age_days: i32) -> Result<StoredBases, StoreError> {
    let reports = above(&tx.query(statements::reports_above, &[&import, &report_flags::bit("reported_before")]).await?)?;
    if reports.is_empty() {
        return Ok(StoredBases::default());
    }
    let expedientes = expedientes(&reports);
    let law = LawRepository::load(tx, max_age_days, Some(&expedientes), None).await?;
    let mut writer = BasisWriter::begin(tx, &expedientes, reports.chunk_by(same_key).count()).await?;
    for same_law in reports.chunk_by(same_key) {
        writer.add(tx, Ground::of(same_law, &law, import)?).await?;
    }
    writer.finish(tx, import).await
}

/// In order of their keys: all reports of one product, period and transaction have the same basis.
fn above(rows: &[Row]) -> Result<Vec<AboveCeiling>, StoreError> {
    let report = |row: &Row| -> Result<_, StoreError> {
        Ok((key(row)?, ReportPlace { id: row.try_get("id")?, part: row.try_get("part")? }, prices(row)?))
    };
    let mut reports: Vec<AboveCeiling> = rows.iter().map(report).collect::<Result<_, _>>()?;
    reports.sort_unstable_by_key(|(key, report, _)| (*key, *report));
    Ok(reports)
}

fn expedientes(reports: &[AboveCeiling]) -> Vec<i32> {
    let mut expedientes: Vec<i32> = reports.iter().map(|((cum, ..), ..)| cum.expediente).collect();
    expedientes.dedup();
    expedientes
}

fn same_key((one, ..): &AboveCeiling, (other, ..): &AboveCeiling) -> bool {
    one == other
}

impl Ground {
    /// Of reports of one key.
    fn of(reports: &[AboveCeiling], law: &LawRepository, import: i64) -> Result<Self, StoreError> {
        let key = reports[0].0;
        let question = report_judge::question(key)?;
        let view = law.view(&question);
        let excess = |(_, report, prices): &AboveCeiling| {
            let ReportVerdicts { minimum, average, maximum } = prices.judge(&view);
            // An excess that cannot be stated exactly is no accusation.
            row_excess(&minimum, &average, &maximum).map(|excess| (*report, excess))
        };
        let reports = reports.iter().filter_map(excess).collect();
        let canonical = canonical(&question, &view, &law.rules);
        let digest = canonical.digest.clone();
        Ok(Self { key, digest, row: basis_row(0, &question, &view, canonical, import), reports })
    }
}

/// Stores what is not stored yet.
struct BasisWriter {
    known: HashMap<ReportKey, (i64, String)>,
    ids: BasisIds,
    bulk: CopyWriter,
    closed: Vec<i64>,
    grounded: StoredBases,
}

impl BasisWriter {
    async fn begin(tx: &Transaction<'_>, expedientes: &[i32], grounds: usize) -> Result<Self, StoreError> {
        Ok(Self {
            known: stored(tx, expedientes).await?,
            ids: BasisIds { left: grounds, reserved: Vec::new() },
            bulk: CopyWriter::new(statements::copy_bases, BASIS_TYPES),
            closed: Vec::new(),
            grounded: StoredBases::default(),
        })
    }

    async fn add(&mut self, tx: &Transaction<'_>, ground: Ground) -> Result<(), StoreError> {
        let Ground { key, digest, mut row, reports } = ground;
        let basis = match self.known.remove(&key) {
            Some((id, stored)) if stored == digest => id,
            replaced => {
                self.closed.extend(replaced.map(|(id, _)| id));
                let id = self.ids.next(tx).await?;
                row[0] = Box::new(id);
                self.bulk.push(row);
                id
            }
        };
        self.ids.left = self.ids.left.saturating_sub(1);
        for (report, excess) in &reports {
            self.grounded.push(*report, basis, excess);
        }
        Ok(())
    }

    async fn finish(mut self, tx: &Transaction<'_>, import: i64) -> Result<StoredBases, StoreError> {
        tx.execute(statements::close_bases, &[&self.closed, &import]).await?;
        self.bulk.flush(tx).await?;
        Ok(self.grounded)
    }
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
