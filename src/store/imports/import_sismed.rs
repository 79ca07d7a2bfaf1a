//! Imports SISMED reports: judged, flagged and encoded one by one, without a query to the database.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bytes::Bytes;
use deadpool_postgres::{GenericClient, Transaction};
use futures_util::SinkExt;
use jiff::civil::Date;

use super::report_rows::{ReportRows, RowVerdict};
use crate::{
    domain::{
        identifier::cum::Cum,
        law::listed::{InvoiceUnit, Operation, SismedReport},
        verdict::{report_verdict::ReportPrices, verdict_code::VerdictCode},
    },
    store::{
        catalogue::{law_library::LawRepository, medicines},
        judging::{report_flags::Flags, report_judge::ReportJudge, verdict_codes},
        postgres::{
            error::{StoreError, corrupt},
            statements,
        },
        transaction::{changes, import::Import},
    },
};

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

pub struct SismedImport {
    file: i64,
    part: i64,
    judge: ReportJudge,
    rows: ReportRows,
    codes: HashMap<VerdictCode, u64>,
    flags: HashMap<i16, u64>,
    /// Presentations that the file names.
    cums: BTreeSet<Cum>,
    last: Option<Cum>,
    /// The span of their periods, half-open.
    covers: Option<(Date, Date)>,
}

impl SismedImport {
    /// `part` 0 is the shared partition.
    pub async fn begin(client: &impl GenericClient, file: i64, part: i64, max_age_days: i32) -> Result<Self, StoreError> {
        let law = LawRepository::begin(client, max_age_days, None).await?;
        Ok(Self {
            file,
            part,
            judge: ReportJudge::new(law),
            rows: ReportRows::default(),
            codes: HashMap::new(),
            flags: HashMap::new(),
            cums: BTreeSet::new(),
            last: None,
            covers: None,
        })
    }

    /// Loads the law that a batch of reports will be judged by; `client` may be another connection, since the import lock keeps the law still.
    pub async fn prepare(
        &mut self,
        client: &impl GenericClient,
        batch: impl Iterator<Item = &SismedReport>,
    ) -> Result<(), StoreError> {
        self.judge.prepare(client, batch.map(|report| report.cum.expediente)).await
    }

    /// True when there is enough to send.
    pub fn take(&mut self, line: u64, report: &SismedReport, origin: &ReportOrigin) -> Result<bool, StoreError> {
        let key = (report.cum, report.period, report.transaction);
        let judged = self.judge.judge(key, &ReportPrices::from(report))?;
        *self.codes.entry(judged).or_default() += 1;
        let flags = Flags::of(report, judged.another_unit_fits()).and(&origin.flags);
        *self.flags.entry(flags.0).or_default() += 1;
        let (from, until) = (report.period.from, report.period.until);
        self.covers = Some(self.covers.map_or((from, until), |(first, last)| (first.min(from), last.max(until))));
        if self.last != Some(report.cum) {
            self.last = Some(report.cum);
            self.cums.insert(report.cum);
        }
        let seller = origin.seller(report.operation).map(String::as_str);
        let nits = [origin.reporter.as_deref(), origin.counterparty.as_deref(), seller];
        let line = i32::try_from(line).map_err(|_| corrupt("sismed_row", "a file of more than 2,147,483,647 lines"))?;
        let place = RowVerdict { part: self.part, file: self.file, line, judged, flags: flags.0, nits };
        self.rows.push(&place, report)
    }

    /// What is encoded so far, as one COPY.
    pub fn encoded(&mut self) -> Option<Bytes> {
        self.rows.take()
    }

    /// After the last row: the words of the codes, and the presentations that only reports name.
    pub async fn finish(&self, import: &Import<'_>) -> Result<(), StoreError> {
        import.judged_by(self.judge.law.rules.max_age_days).await?;
        let codes: BTreeSet<VerdictCode> = self.codes.keys().copied().collect();
        verdict_codes::write_words(&import.tx, &codes).await?;
        let new = medicines::add_reported(&import.tx, &self.cums).await?;
        import.tx.execute(statements::set_reports_digest, &[&import.file, &self.rows.digest()]).await?;
        changes::record_reported(&import.tx, import.file, &new).await
    }

    pub fn part(&self) -> i64 {
        self.part
    }

    /// The span that the reports cover, half-open; `None` without reports.
    pub fn covers(&self) -> Option<(Date, Date)> {
        self.covers
    }

    /// Why reports cannot be compared, by the first reason.
    pub fn cannot_compare(&self) -> BTreeMap<&'static str, u64> {
        let mut reasons = BTreeMap::new();
        for (code, count) in &self.codes {
            if let Some(reason) = code.cannot_compare_reason() {
                *reasons.entry(reason).or_default() += count;
            }
        }
        reasons
    }

    pub fn verdicts(&self) -> BTreeMap<&'static str, u64> {
        let mut verdicts = BTreeMap::new();
        for (code, count) in &self.codes {
            *verdicts.entry(code.verdict().code()).or_default() += count;
        }
        verdicts
    }

    pub fn flags(&self) -> BTreeMap<&'static str, u64> {
        let mut flags = BTreeMap::new();
        for (bits, count) in &self.flags {
            for flag in Flags(*bits).names() {
                *flags.entry(flag).or_default() += count;
            }
        }
        flags
    }
}

/// One whole COPY.
pub async fn copy(tx: &Transaction<'_>, sql: &str, rows: Bytes) -> Result<(), StoreError> {
    let sink = tx.copy_in::<_, Bytes>(sql).await?;
    let mut sink = std::pin::pin!(sink);
    sink.send(rows).await?;
    sink.finish().await?;
    Ok(())
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
