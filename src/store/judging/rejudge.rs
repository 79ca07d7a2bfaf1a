//! Judges stored reports again after a change of the law or the catalogue, and adds the verdicts that differ.
//!
//! Nothing is overwritten: an earlier verdict is closed and stays readable by `known_at`.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    ops::Range,
    sync::Arc,
};

use deadpool_postgres::{GenericClient, Transaction};
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use tokio_postgres::{Portal, types::Type};

use super::{
    basis_rows::canonical,
    cases,
    previewed_reports::{PreviewCache, PreviewReader, PreviewedReport, PreviewedReports, REPORTS_HELD_MAX},
    report_judge::{self, CompiledLaws, ReportJudge, ReportKey},
    stored_reports::StoredReport,
    verdict_codes,
};
use crate::{
    cells,
    domain::{
        law::rules::RULE_VERSION,
        number::exact,
        verdict::{compiled_law::CompiledLaw, judge::Verdict, report_verdict::ReportPrices, verdict_code::VerdictCode},
    },
    store::{
        catalogue::law_library::LawRepository,
        postgres::{copy_writer::CopyWriter, database::Database, error::StoreError, statements},
        transaction::import::{self, Import, NewFile, ReadFacts},
    },
    text::hex::sha256,
};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rejudged {
    /// Reports held against the new law.
    pub reports: u64,
    /// Of these, with another verdict, or accused on another ground.
    pub changed: u64,
    /// Products, periods and transactions among the changed.
    pub bases_changed: u64,
    /// Verdicts after.
    pub verdicts: HashMap<&'static str, u64>,
    /// Of those that cannot be compared, why.
    pub cannot_compare: HashMap<&'static str, u64>,
    /// Reports whose headline is another one now: from, to.
    pub moved: BTreeMap<(String, &'static str), u64>,
    /// Pesos by which reports above are over, by the rule of cases.
    pub excess: Decimal,
    /// Reports above of which that cannot be stated exactly.
    pub excess_unstated: u64,
}

const ROWS_AT_ONCE: i32 = 5_000;
const REASSESSMENT_TYPES: &[Type] = &[Type::INT8, Type::INT8, Type::INT4, Type::INT8];

/// `expedientes` None: a list may have changed anything. An act changes what its own registrations rest on, and nothing else; but
/// under another method than before no report may stay behind.
pub async fn rejudge(import: &Import<'_>, max_age_days: i32, expedientes: Option<&[i32]>) -> Result<Rejudged, StoreError> {
    let every = method_changed(&import.tx, max_age_days).await?;
    import.judged_by(max_age_days).await?;
    run(&import.tx, max_age_days, expedientes.filter(|_| !every), Some(import.file)).await
}

/// The counts of a `rejudge` under the law that this transaction sees, without writing a verdict. `held`: the reports of earlier previews.
pub async fn preview(
    tx: &Transaction<'_>,
    max_age_days: i32,
    expedientes: Option<&[i32]>,
    held: &PreviewCache,
) -> Result<Rejudged, StoreError> {
    let every = method_changed(tx, max_age_days).await?;
    let Some(expedientes) = expedientes.filter(|_| !every) else { return run(tx, max_age_days, None, None).await };
    let version: i64 = tx.query_one(statements::newest_data_version, &[]).await?.try_get("version")?;
    let mut registrations = expedientes.to_vec();
    registrations.sort_unstable();
    let law = Arc::new(LawRepository::load(tx, max_age_days, Some(&registrations), None).await?);
    let mut changes = VerdictChanges::default();
    if let Some(parts) = held.find(version, &registrations) {
        for part in parts.iter() {
            changes.merge(compare_part(&law, part).await?);
        }
        return Ok(changes.finish());
    }
    let mut reader = PreviewReader::of(tx, &registrations).await?;
    // More than are held are read by each preview.
    let (mut count, mut kept) = (0, Some(Vec::new()));
    while let Some(part) = reader.next().await? {
        let part = Arc::new(part);
        changes.merge(compare_part(&law, &part).await?);
        count += part.count();
        kept = kept.filter(|_| count <= REPORTS_HELD_MAX);
        if let Some(kept) = &mut kept {
            kept.push(part);
        }
    }
    if let Some(kept) = kept {
        held.hold(version, registrations, kept);
    }
    Ok(changes.finish())
}

/// With all processors.
async fn compare_part(law: &Arc<LawRepository>, reports: &Arc<PreviewedReports>) -> Result<VerdictChanges, StoreError> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let keys_at_once = reports.keys().div_ceil(threads).max(1);
    let comparing: Vec<_> = (0..reports.keys())
        .step_by(keys_at_once)
        .map(|start| {
            let (law, reports) = (law.clone(), reports.clone());
            let some = start..reports.keys().min(start + keys_at_once);
            tokio::task::spawn_blocking(move || compare_some(&law, &reports, some))
        })
        .collect();
    let mut all = VerdictChanges::default();
    for one in comparing {
        all.merge(one.await.map_err(|error| StoreError::Bug(Box::new(error)))??);
    }
    Ok(all)
}

fn compare_some(law: &LawRepository, reports: &PreviewedReports, keys: Range<usize>) -> Result<VerdictChanges, StoreError> {
    let (mut compiled, mut changes) = (CompiledLaws::of_whole_law(law), VerdictChanges::default());
    for (key, reports) in reports.of_keys(keys) {
        let of_key = compiled.of(law, key)?;
        for (PreviewedReport { prices, judged }, accusation) in reports {
            changes.compare((law, of_key), &StoredVerdict { key, prices, before: *judged, accusation })?;
        }
    }
    Ok(changes)
}

/// `import`: what the verdicts that differ are recorded in.
async fn run(
    tx: &Transaction<'_>,
    max_age_days: i32,
    expedientes: Option<&[i32]>,
    import: Option<i64>,
) -> Result<Rejudged, StoreError> {
    let mut judging = Judging::begin(tx, max_age_days).await?;
    let mut stored = StoredReports::of(tx, expedientes).await?;
    while let Some(batch) = stored.next(tx).await? {
        let added = judging.compare(tx, &batch).await?;
        if let Some(import) = import {
            write(tx, import, &added).await?;
        }
    }
    Ok(judging.finish())
}

/// The reports of some registrations or of all, some thousand at once.
struct StoredReports(Portal);

impl StoredReports {
    async fn of(tx: &Transaction<'_>, expedientes: Option<&[i32]>) -> Result<Self, StoreError> {
        Ok(Self(tx.bind(statements::reports_to_judge, &[&expedientes]).await?))
    }

    /// `None` at the end.
    async fn next(&mut self, tx: &Transaction<'_>) -> Result<Option<Vec<StoredReport>>, StoreError> {
        let rows = tx.query_portal(&self.0, ROWS_AT_ONCE).await?;
        if rows.is_empty() { Ok(None) } else { rows.iter().map(StoredReport::of).collect::<Result<_, _>>().map(Some) }
    }
}

/// Holds stored reports against the law that a transaction sees.
struct Judging {
    judge: ReportJudge,
    changes: VerdictChanges,
}

impl Judging {
    async fn begin(tx: &Transaction<'_>, max_age_days: i32) -> Result<Self, StoreError> {
        let judge = ReportJudge::new(LawRepository::begin(tx, max_age_days, None).await?);
        Ok(Self { judge, changes: VerdictChanges::default() })
    }

    /// The verdicts that differ.
    async fn compare(&mut self, tx: &Transaction<'_>, reports: &[StoredReport]) -> Result<Vec<NewVerdict>, StoreError> {
        self.judge.prepare(tx, reports.iter().map(|report| report.key.0.expediente)).await?;
        let ReportJudge { law, compiled } = &mut self.judge;
        let mut added = Vec::new();
        for StoredReport { id, part, key, prices, judged, again, accusation } in reports {
            let compared = StoredVerdict { key: *key, prices, before: *judged, accusation: accusation.as_deref() };
            if let Some(code) = self.changes.compare((law, compiled.of(law, *key)?), &compared)? {
                added.push(NewVerdict { report: *id, part: *part, code, again: *again });
            }
        }
        Ok(added)
    }

    fn finish(self) -> Rejudged {
        self.changes.finish()
    }
}

/// Whether stored reports were judged under another age limit or by an earlier method.
pub(crate) async fn method_changed(client: &impl GenericClient, max_age_days: i32) -> Result<bool, StoreError> {
    let Some(row) = client.query_opt(statements::newest_method, &[&None::<i64>]).await? else { return Ok(false) };
    let before: (Option<&str>, i32) = (row.try_get("rule_version")?, row.try_get("max_age_days")?);
    Ok(before != (Some(RULE_VERSION), max_age_days))
}

/// Reports stored under another age limit or an earlier method must not stay behind when new ones come. True when they were judged again.
pub(crate) async fn rejudge_if_method_changed(import: &Import<'_>, max_age_days: i32) -> Result<bool, StoreError> {
    let changed = method_changed(&import.tx, max_age_days).await?;
    if changed {
        rejudge(import, max_age_days, None).await?;
    }
    Ok(changed)
}

/// Judges all stored reports again where that was done by another method, and brings the cases up to date. `None`: there was nothing to do.
pub async fn bring_up_to_date(
    database: &Database,
    max_age_days: i32,
    at: (Timestamp, Date),
) -> Result<Option<Rejudged>, StoreError> {
    let mut client = database.import_connection().await?;
    client.batch_execute("SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0").await?;
    let tx = client.transaction().await?;
    if !method_changed(&tx, max_age_days).await? {
        return Ok(None);
    }
    import::lock(&tx).await?;
    // Another service may have done it meanwhile.
    if !method_changed(&tx, max_age_days).await? {
        return Ok(None);
    }
    let newest: i64 = tx.query_one(statements::newest_source_file, &[]).await?.try_get("id")?;
    let name = format!("rule version {RULE_VERSION}, lists speak {max_age_days} days");
    let sha256 = sha256(format!("{name}, after import {newest}"));
    let import = Import::on(tx, &NewFile { kind: "rejudgement", name: &name, sha256: &sha256, bytes: 0, sample: false }).await?;
    let done = rejudge(&import, max_age_days, None).await?;
    cases::refresh(&import.tx, import.file, at, max_age_days).await?;
    import.finish(&ReadFacts::default(), false).await?;
    Ok(Some(done))
}

struct NewVerdict {
    report: i64,
    part: i64,
    code: VerdictCode,
    /// It had more than its first verdict already.
    again: bool,
}

/// A report whose verdict may be another one.
struct StoredVerdict<'a> {
    key: ReportKey,
    prices: &'a ReportPrices,
    before: VerdictCode,
    /// The digest of the ground, where it accuses.
    accusation: Option<&'a str>,
}

/// What becomes of the verdicts of reports.
#[derive(Default)]
struct VerdictChanges {
    /// How many reports have which verdict before and after.
    counts: HashMap<(VerdictCode, VerdictCode), u64>,
    changed: u64,
    /// Of those that changed.
    keys: HashSet<ReportKey>,
    /// Of reports above: the sum, how many are in it, and how many are not.
    excess: Decimal,
    excess_stated: u64,
    excess_unstated: u64,
    /// The digest of the ground of the key asked last: reports come in order of their keys.
    ground: Option<(ReportKey, String)>,
}

impl VerdictChanges {
    /// The digest of the ground on which the law accuses now.
    fn ground(&mut self, law: &LawRepository, key: ReportKey) -> Result<&str, StoreError> {
        let held = self.ground.take().filter(|(of, _)| *of == key);
        let ground = match held {
            Some(held) => held,
            None => {
                let question = report_judge::question(key)?;
                (key, canonical(&question, &law.view(&question), &law.rules).digest)
            }
        };
        Ok(&self.ground.insert(ground).1)
    }

    /// The verdict, when it is another one or accuses on another ground.
    fn compare(
        &mut self,
        (law, compiled): (&LawRepository, &mut CompiledLaw),
        StoredVerdict { key, prices, before, accusation }: &StoredVerdict<'_>,
    ) -> Result<Option<VerdictCode>, StoreError> {
        let after = compiled.code(prices);
        *self.counts.entry((*before, after)).or_default() += 1;
        if after.verdict() == Verdict::Above {
            self.add_excess(report_judge::excess(compiled, after, prices), 1);
        }
        let regrounded = match accusation {
            Some(digest) if *before == after => self.ground(law, *key)? != *digest,
            _ => false,
        };
        if *before == after && !regrounded {
            return Ok(None);
        }
        self.changed += 1;
        self.keys.insert(*key);
        Ok(Some(after))
    }

    fn add_excess(&mut self, excess: Option<Decimal>, reports: u64) {
        match excess.and_then(|excess| exact::sum(self.excess, excess)) {
            Some(sum) => {
                self.excess = sum;
                self.excess_stated += reports;
            }
            None => self.excess_unstated += reports,
        }
    }

    fn merge(&mut self, other: Self) {
        for (codes, reports) in other.counts {
            *self.counts.entry(codes).or_default() += reports;
        }
        self.changed += other.changed;
        self.keys.extend(other.keys);
        self.add_excess(Some(other.excess), other.excess_stated);
        self.excess_unstated += other.excess_unstated;
    }

    fn finish(self) -> Rejudged {
        let Self { changed, excess, excess_unstated, .. } = self;
        let mut done =
            Rejudged { changed, bases_changed: self.keys.len() as u64, excess, excess_unstated, ..Rejudged::default() };
        for ((before, after), reports) in self.counts {
            done.reports += reports;
            *done.verdicts.entry(after.verdict().code()).or_default() += reports;
            if let Some(reason) = after.cannot_compare_reason() {
                *done.cannot_compare.entry(reason).or_default() += reports;
            }
            if before.verdict() != after.verdict() {
                *done.moved.entry((before.verdict().code().to_owned(), after.verdict().code())).or_default() += reports;
            }
        }
        done
    }
}

async fn write(tx: &Transaction<'_>, import: i64, added: &[NewVerdict]) -> Result<(), StoreError> {
    if added.is_empty() {
        return Ok(());
    }
    verdict_codes::write_words(tx, &added.iter().map(|one| one.code).collect()).await?;
    let again: Vec<i64> = added.iter().filter(|one| one.again).map(|one| one.report).collect();
    if !again.is_empty() {
        tx.execute(statements::close_reassessments, &[&again, &import]).await?;
    }
    let mut bulk = CopyWriter::new(statements::copy_reassessments, REASSESSMENT_TYPES);
    for one in added {
        bulk.push(cells![one.report, one.part, one.code.0, import]);
    }
    bulk.flush(tx).await
}
