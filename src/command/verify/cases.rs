//! Cases against their evidence and their events. Whether the evidence accuses is a matter of the verdicts.

use super::section::{Findings, Subject};
use crate::store::postgres::statements;

pub async fn check(subject: Subject) -> anyhow::Result<Findings> {
    let mut client = subject.connection().await?;
    let state = subject.state(&mut client).await?;
    let counted = state.query_one(statements::count_cases, &[]).await?;
    let (cases, evidence): (i64, i64) = (counted.try_get("cases")?, counted.try_get("evidence")?);
    let mut findings = Findings::of(format!("{cases} cases with {evidence} reports as evidence"));
    for row in state.query(statements::loose_evidence, &[]).await? {
        let (case, report): (&str, i64) = (row.try_get("case_id")?, row.try_get("report_id")?);
        findings.fault(format!("case {case}: its evidence {report} is no report in force of its seller and product"));
    }
    for row in state.query(statements::broken_cases, &[]).await? {
        let case: &str = row.try_get("id")?;
        findings.fault(format!("case {case}: its state is not that of its events, or an event is missing"));
    }
    Ok(findings)
}
