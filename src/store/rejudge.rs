//! After the law or the catalogue changed: every basis is held against the new state, and only what differs is judged again.
//!
//! Nothing is overwritten: the earlier basis and verdicts are closed and stay readable by `known_at`.

use std::collections::{BTreeMap, HashMap};

use super::{
    bulk::Bulk,
    error::{StoreError, corrupt},
    import::Import,
    import_sismed::unit_from_code,
    judgement::{ASSESSMENT_TYPES, BASIS_TYPES, Canonical, ReportPrices, basis_row, canonical},
    law_library::LawLibrary,
    statements,
};
use crate::domain::{basis::Question, channel::Place, cum::Cum, law::Seller, lawbook::LegalView, period::Period};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rejudged {
    pub bases_checked: u64,
    pub bases_changed: u64,
    pub reports: u64,
    pub verdicts: HashMap<&'static str, u64>,
    /// Reports whose headline is another one now: from, to.
    pub moved: BTreeMap<(String, &'static str), u64>,
}

/// A basis whose ground is no longer what it was.
pub struct Changed {
    pub old: i64,
    pub question: Question,
    pub view: LegalView,
    pub canonical: Canonical,
}

/// `expedientes` None: a list may have changed anything. An act changes what its own registrations rest on, and nothing else.
pub async fn rejudge(import: &Import<'_>, max_age_days: i32, expedientes: Option<&[i32]>) -> Result<Rejudged, StoreError> {
    let law = LawLibrary::load(&import.tx, max_age_days, expedientes, None).await?;
    let mut done = Rejudged::default();
    let mut changed = Vec::new();
    for row in import.tx.query(statements::current_bases, &[&expedientes]).await? {
        done.bases_checked += 1;
        let question = question(&row)?;
        let cum = question.cum;
        let view = law.book(cum).view(&question, &law.rules, &law.knowledge(cum), &law.catalogue_facts(cum));
        let canonical = canonical(&question, &view, &law.rules);
        if canonical.digest != row.try_get::<_, &str>("digest")? {
            changed.push(Changed { old: row.try_get("id")?, question, view, canonical });
        }
    }
    done.bases_changed = changed.len() as u64;
    replace(import, changed, &mut done).await?;
    Ok(done)
}

/// Closes these bases, writes their successors and judges their reports again; gives the successors' ids in order.
pub async fn replace(import: &Import<'_>, changed: Vec<Changed>, done: &mut Rejudged) -> Result<Vec<i64>, StoreError> {
    let old: Vec<i64> = changed.iter().map(|changed| changed.old).collect();
    let count = i32::try_from(changed.len()).map_err(|error| corrupt("basis", error))?;
    let ids = import.reserve(statements::next_basis_ids, count).await?;
    import.tx.execute(statements::close_bases, &[&old, &import.file]).await?;
    let mut bases = Bulk::new(statements::copy_bases, BASIS_TYPES);
    let mut reports = Vec::new();
    for (id, changed) in ids.iter().copied().zip(changed) {
        for row in import.tx.query(statements::reports_of_basis, &[&changed.old]).await? {
            let verdicts = prices(&row)?.judge(&changed.view);
            let (before, after): (&str, _) = (row.try_get("verdict")?, verdicts.headline().finding.code());
            *done.verdicts.entry(after).or_default() += 1;
            if before != after {
                *done.moved.entry((before.to_owned(), after)).or_default() += 1;
            }
            reports.push(verdicts.row(row.try_get("id")?, id, import.file));
        }
        if bases.push(basis_row(id, &changed.question, &changed.view, changed.canonical, import.file)) {
            bases.flush(&import.tx).await?;
        }
    }
    bases.flush(&import.tx).await?;
    done.reports = reports.len() as u64;
    import.tx.execute(statements::close_assessments, &[&old, &import.file]).await?;
    let mut assessments = Bulk::new(statements::copy_assessments, ASSESSMENT_TYPES);
    for row in reports {
        if assessments.push(row) {
            assessments.flush(&import.tx).await?;
        }
    }
    assessments.flush(&import.tx).await?;
    Ok(ids)
}

fn question(row: &tokio_postgres::Row) -> Result<Question, StoreError> {
    let (from, until) = (row.try_get("period_from")?, row.try_get("period_until")?);
    let period = Period::from_span(from, until).ok_or_else(|| corrupt("basis", "period is no day, month or year"))?;
    let transaction: i16 = row.try_get("transaction")?;
    let place = u8::try_from(transaction).ok().and_then(Place::from_transaction);
    let place = place.ok_or_else(|| corrupt("basis", "transaction outside 1 to 5"))?;
    let cum = Cum::new(row.try_get("expediente")?, row.try_get("consecutive")?);
    Ok(Question { cum, period, place, seller: Seller::usual(place) })
}

fn prices(row: &tokio_postgres::Row) -> Result<ReportPrices, StoreError> {
    let unit: &str = row.try_get("unit")?;
    Ok(ReportPrices {
        unit: unit_from_code(unit).ok_or_else(|| corrupt("sismed_report", unit))?,
        minimum: row.try_get("minimum")?,
        maximum: row.try_get("maximum")?,
        units: row.try_get("units")?,
        value: row.try_get("value")?,
    })
}
