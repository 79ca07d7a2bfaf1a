//! The feed of changes: no position is missing, and the newest change of each key is known.

use super::section::{Findings, Subject};
use crate::store::postgres::statements;

pub async fn check(subject: Subject) -> anyhow::Result<Findings> {
    let mut client = subject.connection().await?;
    let state = subject.state(&mut client).await?;
    let feed = state.query_one(statements::change_feed, &[]).await?;
    let (changes, newest, heads): (i64, i64, i64) = (feed.try_get("changes")?, feed.try_get("newest")?, feed.try_get("heads")?);
    let mut findings = Findings::of(format!("{changes} changes in a row"));
    if changes != newest {
        findings.fault(format!("{changes} changes are there, and the newest has position {newest}"));
    }
    if heads > 0 {
        findings.fault(format!("of {heads} keys the newest change is not there"));
    }
    Ok(findings)
}
