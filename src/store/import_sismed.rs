//! SISMED reports: stored and judged in one pass. Reports of one product, month and transaction share one basis.

use std::collections::{BTreeMap, HashMap, HashSet};

use tokio_postgres::types::Type;

use super::{
    bulk::Bulk,
    error::StoreError,
    import::Import,
    judgement::{ASSESSMENT_TYPES, BASIS_TYPES, ReportPrices, basis_row, canonical},
    law_library::LawLibrary,
    rejudge::{Changed, Rejudged, replace},
    report_flags, statements,
};
use crate::{
    cells,
    domain::{
        basis::Question,
        channel::Place,
        cum::Cum,
        law::Seller,
        lawbook::LegalView,
        listed::{InvoiceUnit, Operation, SismedReport},
        period::Period,
    },
};

type Key = (Cum, Period, u8);

pub struct SismedImport {
    law: LawLibrary,
    reports: Bulk,
    bases: Bulk,
    assessments: Bulk,
    report_ids: Vec<i64>,
    basis_ids: Vec<i64>,
    /// Bases already in the database, by registration.
    stored: HashMap<Key, (i64, String)>,
    loaded: HashSet<i32>,
    views: HashMap<Key, (i64, LegalView)>,
    pub verdicts: HashMap<&'static str, u64>,
    pub flags: BTreeMap<&'static str, u64>,
}

/// Who reported and with whom the business was done; nothing of it in published files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportOrigin {
    /// NITs, digits without check digit.
    pub reporter: Option<String>,
    pub counterparty: Option<String>,
    /// What the reader noticed.
    pub flags: Vec<&'static str>,
}

impl ReportOrigin {
    /// The reporter of a sale, the counterparty of a purchase; a reimbursement sells nothing.
    pub fn seller(&self, operation: Operation) -> Option<&String> {
        match operation {
            Operation::Sale => self.reporter.as_ref(),
            Operation::Purchase => self.counterparty.as_ref(),
            Operation::Reimbursement => None,
        }
    }
}

const REPORT_TYPES: &[Type] = &[
    Type::INT8,
    Type::INT8,
    Type::INT8,
    Type::INT4,
    Type::INT4,
    Type::DATE,
    Type::DATE,
    Type::INT2,
    Type::TEXT,
    Type::INT2,
    Type::TEXT,
    Type::NUMERIC,
    Type::NUMERIC,
    Type::NUMERIC,
    Type::NUMERIC,
    Type::TEXT_ARRAY,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
];
const IDS_AT_ONCE: i32 = 2_000;
/// Views kept in memory; files are in order of product, so older ones are rarely needed again.
const VIEWS_MAX: usize = 20_000;

impl SismedImport {
    pub async fn begin(import: &Import<'_>, max_age_days: i32) -> Result<Self, StoreError> {
        Ok(Self {
            law: LawLibrary::load(&import.tx, max_age_days, None, None).await?,
            reports: Bulk::new(statements::copy_reports, REPORT_TYPES),
            bases: Bulk::new(statements::copy_bases, BASIS_TYPES),
            assessments: Bulk::new(statements::copy_assessments, ASSESSMENT_TYPES),
            report_ids: Vec::new(),
            basis_ids: Vec::new(),
            stored: HashMap::new(),
            loaded: HashSet::new(),
            views: HashMap::new(),
            verdicts: HashMap::new(),
            flags: BTreeMap::new(),
        })
    }

    pub async fn take(
        &mut self,
        import: &mut Import<'_>,
        line: u64,
        report: &SismedReport,
        origin: &ReportOrigin,
    ) -> Result<(), StoreError> {
        let Some(place) = Place::from_transaction(report.transaction) else {
            return Err(super::error::corrupt("sismed_report", "transaction outside 1 to 5"));
        };
        let id = self.next_report_id(import).await?;
        let key = (report.cum, report.period, report.transaction);
        if !self.views.contains_key(&key) {
            self.prepare(import, key, place).await?;
        }
        let Some((basis, view)) = self.views.get(&key) else {
            return Err(super::error::corrupt("basis", "view was not prepared"));
        };
        let verdicts = ReportPrices::from(report).judge(view);
        *self.verdicts.entry(verdicts.headline().finding.code()).or_default() += 1;
        let another_unit_fits = verdicts.headline().reasons.contains(&crate::domain::reason::Reason::AnotherUnitFits);
        let mut flags = report_flags::of(report, another_unit_fits);
        flags.extend(&origin.flags);
        for flag in &flags {
            *self.flags.entry(flag).or_default() += 1;
        }
        let full = self.assessments.push(verdicts.row(id, *basis, import.file));
        self.reports.push(report_row(id, import.file, line, report, origin, flags));
        if full {
            self.flush(import).await?;
        }
        import.accepted();
        Ok(())
    }

    async fn prepare(&mut self, import: &Import<'_>, key: Key, place: Place) -> Result<(), StoreError> {
        let (cum, period, _) = key;
        if self.views.len() >= VIEWS_MAX {
            self.flush(import).await?;
            // What was new is stored now: forget it here and find it again by registration.
            self.views.clear();
            self.loaded.clear();
            self.stored.clear();
        }
        if self.loaded.insert(cum.expediente) {
            for row in import.tx.query(statements::current_bases_of_expediente, &[&cum.expediente]).await? {
                let (from, until) = (row.try_get("period_from")?, row.try_get("period_until")?);
                let Some(period) = Period::from_span(from, until) else { continue };
                let transaction: i16 = row.try_get("transaction")?;
                let cum = Cum::new(cum.expediente, row.try_get("consecutive")?);
                let key = (cum, period, u8::try_from(transaction).unwrap_or_default());
                self.stored.insert(key, (row.try_get("id")?, row.try_get("digest")?));
            }
        }
        let question = Question { cum, period, place, seller: Seller::usual(place) };
        let law = &self.law;
        let view = law.book(cum).view(&question, &law.rules, &law.knowledge(cum), &law.catalogue_facts(cum));
        let canonical = canonical(&question, &view, &law.rules);
        let id = match self.stored.get(&key) {
            Some((id, digest)) if *digest == canonical.digest => *id,
            // The ground changed without an import (another age limit, a newer rule version): reports stored before must not stay behind.
            Some((old, _)) => {
                let changed = Changed { old: *old, question, view: view.clone(), canonical };
                let ids = replace(import, vec![changed], &mut Rejudged::default()).await?;
                ids.first().copied().ok_or_else(|| super::error::corrupt("basis", "no id"))?
            }
            None => {
                let id = self.next_basis_id(import).await?;
                self.bases.push(basis_row(id, &question, &view, canonical, import.file));
                id
            }
        };
        // The candidates are in the stored basis now; a price needs only what was chosen among them.
        self.views.insert(key, (id, LegalView { candidates: Vec::new(), ..view }));
        Ok(())
    }

    async fn next_report_id(&mut self, import: &Import<'_>) -> Result<i64, StoreError> {
        if self.report_ids.is_empty() {
            self.report_ids = import.reserve(statements::next_report_ids, IDS_AT_ONCE).await?;
            self.report_ids.reverse();
        }
        self.report_ids.pop().ok_or_else(|| super::error::corrupt("sismed_report", "no ids"))
    }

    async fn next_basis_id(&mut self, import: &Import<'_>) -> Result<i64, StoreError> {
        if self.basis_ids.is_empty() {
            self.basis_ids = import.reserve(statements::next_basis_ids, IDS_AT_ONCE).await?;
            self.basis_ids.reverse();
        }
        self.basis_ids.pop().ok_or_else(|| super::error::corrupt("basis", "no ids"))
    }

    /// In the order of the foreign keys.
    pub async fn flush(&mut self, import: &Import<'_>) -> Result<(), StoreError> {
        self.reports.flush(&import.tx).await?;
        self.bases.flush(&import.tx).await?;
        self.assessments.flush(&import.tx).await
    }
}

fn report_row(
    id: i64,
    file: i64,
    line: u64,
    report: &SismedReport,
    origin: &ReportOrigin,
    flags: Vec<&'static str>,
) -> Vec<super::bulk::Cell> {
    let operation = match report.operation {
        Operation::Purchase => "CM",
        Operation::Sale => "VN",
        Operation::Reimbursement => "RC",
    };
    cells![
        id,
        file,
        i64::try_from(line).unwrap_or(i64::MAX),
        report.cum.expediente,
        report.cum.consecutive,
        report.period.from,
        report.period.until,
        i16::from(report.actor_role),
        operation,
        i16::from(report.transaction),
        unit_code(report.unit),
        report.minimum,
        report.maximum,
        report.units,
        report.value,
        flags,
        origin.reporter.clone(),
        origin.counterparty.clone(),
        origin.seller(report.operation).cloned(),
    ]
}

pub fn unit_code(unit: InvoiceUnit) -> &'static str {
    match unit {
        InvoiceUnit::Pack => "A",
        InvoiceUnit::PrimaryPack => "B",
        InvoiceUnit::DispensingUnit => "C",
        InvoiceUnit::RegulatedUnit => "D",
    }
}

pub fn unit_from_code(code: &str) -> Option<InvoiceUnit> {
    [InvoiceUnit::Pack, InvoiceUnit::PrimaryPack, InvoiceUnit::DispensingUnit, InvoiceUnit::RegulatedUnit]
        .into_iter()
        .find(|unit| unit_code(*unit) == code)
}
