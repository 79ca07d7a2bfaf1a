//! Acts published here: their ceilings are those that were approved.

use super::section::{Findings, Subject};
use crate::store::postgres::statements;

pub async fn check(subject: Subject) -> anyhow::Result<Findings> {
    let mut client = subject.connection().await?;
    let state = subject.state(&mut client).await?;
    let acts = state.query(statements::published_acts, &[]).await?;
    let mut findings = Findings::of(format!("{} publications compared with what was approved", acts.len()));
    for act in &acts {
        let (id, version): (&str, i32) = (act.try_get("act_id")?, act.try_get("version")?);
        if !act.try_get::<_, bool>("same_digest")? {
            findings.fault(format!("{id} version {version}: its digest is not that of its draft"));
        }
        let (ceilings, markets): (i64, i64) = (act.try_get("ceilings")?, act.try_get("markets")?);
        if ceilings + markets > 0 {
            findings.fault(format!("{id} version {version}: {ceilings} ceilings and {markets} markets are not as approved"));
        }
    }
    Ok(findings)
}
