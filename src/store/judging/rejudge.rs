//! Judges stored reports again after a change of the law or the catalogue, and adds the verdicts that differ.
//!
//! Nothing is overwritten: an earlier verdict is closed and stays readable by `known_at`.

use std::collections::{BTreeMap, HashMap, HashSet};

use deadpool_postgres::{GenericClient, Transaction};
use jiff::{Timestamp, civil::Date};
use tokio_postgres::{Row, types::Type};

use super::{
    basis_rows::canonical,
    cases,
    report_judge::{self, ReportJudge, ReportKey},
    report_key::{key, prices},
    verdict_codes,
};
use crate::{
    cells,
    domain::{law::rules::RULE_VERSION, verdict::verdict_code::VerdictCode},
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

/// The counts of a `rejudge` under the law that this transaction sees, without writing a verdict.
pub async fn preview(tx: &Transaction<'_>, max_age_days: i32, expedientes: Option<&[i32]>) -> Result<Rejudged, StoreError> {
    let every = method_changed(tx, max_age_days).await?;
    run(tx, max_age_days, expedientes.filter(|_| !every), None).await
}

/// `import`: what the verdicts that differ are recorded in.
async fn run(
    tx: &Transaction<'_>,
    max_age_days: i32,
    expedientes: Option<&[i32]>,
    import: Option<i64>,
) -> Result<Rejudged, StoreError> {
    let mut judge = ReportJudge::new(LawRepository::begin(tx, max_age_days, None).await?);
    let mut changes = VerdictChanges::default();
    let portal = tx.bind(statements::reports_to_judge, &[&expedientes]).await?;
    loop {
        let rows = tx.query_portal(&portal, ROWS_AT_ONCE).await?;
        if rows.is_empty() {
            break;
        }
        let registrations: Vec<i32> = rows.iter().map(|row| row.try_get("expediente")).collect::<Result<_, _>>()?;
        judge.prepare(tx, registrations.into_iter()).await?;
        for row in &rows {
            changes.compare(&mut judge, row)?;
        }
        let added = std::mem::take(&mut changes.added);
        if let Some(import) = import {
            write(tx, import, &added).await?;
        }
    }
    changes.done.bases_changed = changes.keys.len() as u64;
    Ok(changes.done)
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

#[derive(Default)]
struct VerdictChanges {
    done: Rejudged,
    keys: HashSet<ReportKey>,
    added: Vec<NewVerdict>,
}

struct NewVerdict {
    report: i64,
    part: i64,
    code: VerdictCode,
    /// It had more than its first verdict already.
    again: bool,
}

impl VerdictChanges {
    fn compare(&mut self, judge: &mut ReportJudge, row: &Row) -> Result<(), StoreError> {
        let key = key(row)?;
        let (before, after) = (VerdictCode(row.try_get("judged")?), judge.judge(key, &prices(row)?)?);
        self.done.reports += 1;
        *self.done.verdicts.entry(after.verdict().code()).or_default() += 1;
        if let Some(reason) = after.cannot_compare_reason() {
            *self.done.cannot_compare.entry(reason).or_default() += 1;
        }
        let accusation: Option<&str> = row.try_get("digest")?;
        let same_ground = !accusation.map_or(Ok(false), |digest| regrounded(&judge.law, key, digest))?;
        if before == after && same_ground {
            return Ok(());
        }
        self.done.changed += 1;
        self.keys.insert(key);
        if before.verdict() != after.verdict() {
            *self.done.moved.entry((before.verdict().code().to_owned(), after.verdict().code())).or_default() += 1;
        }
        let (report, part, again) = (row.try_get("id")?, row.try_get("part")?, row.try_get("again")?);
        self.added.push(NewVerdict { report, part, code: after, again });
        Ok(())
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

/// Whether the ground of an accusation is another one now, be the verdict the same.
fn regrounded(law: &LawRepository, key: ReportKey, digest: &str) -> Result<bool, StoreError> {
    let question = report_judge::question(key)?;
    Ok(canonical(&question, &law.view(&question), &law.rules).digest != digest)
}
