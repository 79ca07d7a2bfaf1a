//! Each report in force is judged again by the judge of imports, and so is the ground on which it accuses.

use rust_decimal::Decimal;
use tokio::task::JoinSet;
use tokio_postgres::Row;

use super::section::{Findings, Subject};
use crate::{
    domain::{
        cases::excess_total::row_excess,
        law::rules::RULE_VERSION,
        verdict::{judge::Verdict, report_verdict::ReportVerdicts, verdict_code::VerdictCode},
    },
    store::{
        catalogue::law_library::LawRepository,
        judging::{
            basis_rows::canonical,
            report_judge::{self, ReportJudge},
            report_key::{key, prices},
        },
        postgres::{error::StoreError, statements},
    },
};

/// Each judges its own share of the registrations, so that the law of each is loaded once.
const WORKERS: i32 = 2;
const ROWS_AT_ONCE: i32 = 5_000;
/// The partition of submissions and small files.
const SHARED: i64 = 0;

pub async fn check(subject: Subject) -> anyhow::Result<Findings> {
    let mut client = subject.connection().await?;
    let state = subject.state(&mut client).await?;
    let method = state.query_opt(statements::newest_method, &[&None::<i64>]).await?;
    let mut max_age_days = subject.max_age_days;
    if let Some(row) = method {
        max_age_days = row.try_get("max_age_days")?;
        let version: Option<&str> = row.try_get("rule_version")?;
        if version != Some(RULE_VERSION) {
            let before = version.unwrap_or("an unnamed one");
            return Ok(Findings::of(format!(
                "not covered: judged by an earlier method ({before}, this program has {RULE_VERSION}); a service judges again when it starts"
            )));
        }
    }
    let reports: i64 = state.query_one(statements::count_reports, &[]).await?.try_get("reports")?;
    subject.progress.set_length(reports.unsigned_abs());
    let mut partitions = vec![SHARED];
    for row in state.query(statements::report_partitions, &[]).await? {
        partitions.push(row.try_get("part")?);
    }
    let mut workers = JoinSet::new();
    for share in 0..WORKERS {
        workers.spawn(work(subject.clone(), partitions.clone(), share, max_age_days));
    }
    let (mut findings, mut judged) = (Findings::default(), 0);
    while let Some(done) = workers.join_next().await {
        let (some, found) = done??;
        judged += some;
        findings.add(found);
    }
    if judged != reports.unsigned_abs() {
        findings.fault(format!("{reports} reports are in force, and {judged} stand in partitions"));
    }
    findings.summary = format!("{judged} stored verdicts recomputed from their inputs, {} differences", findings.count());
    Ok(findings)
}

async fn work(subject: Subject, partitions: Vec<i64>, share: i32, max_age_days: i32) -> anyhow::Result<(u64, Findings)> {
    let mut client = subject.connection().await?;
    let state = subject.state(&mut client).await?;
    let mut judge = ReportJudge::new(LawRepository::begin(&state, max_age_days, None).await?);
    let (mut findings, mut judged) = (Findings::default(), 0);
    for part in partitions {
        let portal = state.bind(statements::reports_to_verify, &[&part, &share, &WORKERS]).await?;
        loop {
            let rows = state.query_portal(&portal, ROWS_AT_ONCE).await?;
            if rows.is_empty() {
                break;
            }
            let registrations: Vec<i32> = rows.iter().map(|row| row.try_get("expediente")).collect::<Result<_, _>>()?;
            judge.prepare(&state, registrations.into_iter()).await?;
            for row in &rows {
                if let Some(fault) = compare(&mut judge, row)? {
                    let (file, line): (i64, i32) = (row.try_get("source_file_id")?, row.try_get("line")?);
                    findings.fault(format!("file {file} line {line}: {fault}"));
                }
            }
            judged += rows.len() as u64;
            subject.progress.inc(rows.len() as u64);
        }
    }
    Ok((judged, findings))
}

/// What is not as it should be with a report, if anything.
fn compare(judge: &mut ReportJudge, row: &Row) -> Result<Option<String>, StoreError> {
    let (key, prices) = match (key(row), prices(row)) {
        (Ok(key), Ok(prices)) => (key, prices),
        (Err(StoreError::Corrupt { reason, .. }), _) | (_, Err(StoreError::Corrupt { reason, .. })) => return Ok(Some(reason)),
        (Err(error), _) | (_, Err(error)) => return Err(error),
    };
    let (stored, found) = (VerdictCode(row.try_get("judged")?), judge.judge(key, &prices)?);
    if stored != found {
        return Ok(Some(format!("stored is {}, its inputs give {}", words(stored), words(found))));
    }
    let Some(digest) = row.try_get::<_, Option<&str>>("digest")? else { return Ok(None) };
    let (case, amount): (&str, Decimal) = (row.try_get("case_id")?, row.try_get("amount")?);
    let question = report_judge::question(key)?;
    let view = judge.law.view(&question);
    if canonical(&question, &view, &judge.law.rules).digest != digest {
        return Ok(Some(format!("evidence of case {case}: its legal basis is another one than the stored law gives")));
    }
    let ReportVerdicts { minimum, average, maximum } = prices.judge(&view);
    let excess = row_excess(&minimum, &average, &maximum).map(|excess| excess.amount);
    Ok((found.verdict() != Verdict::Above || excess != Some(amount)).then(|| {
        format!("evidence of case {case}: the stored excess is {amount}, its inputs give {}", excess.unwrap_or_default())
    }))
}

fn words(code: VerdictCode) -> String {
    let [minimum, average, maximum] = code.verdicts().map(Verdict::code);
    format!("{} ({minimum}, {average}, {maximum}; {})", code.verdict().code(), code.0)
}
