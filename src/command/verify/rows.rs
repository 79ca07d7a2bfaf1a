//! The counts of each file against the rows and faults that are stored of it.

use super::section::{Findings, Subject};
use crate::store::postgres::statements;

pub async fn check(subject: Subject) -> anyhow::Result<Findings> {
    let mut client = subject.connection().await?;
    let state = subject.state(&mut client).await?;
    let files = state.query(statements::stored_rows, &[]).await?;
    let (mut findings, mut counted) = (Findings::default(), 0);
    for file in &files {
        let id: i64 = file.try_get("id")?;
        let rows: Option<i64> = file.try_get("rows")?;
        counted += rows.unwrap_or_default();
        let Some(name) = file.try_get::<_, Option<&str>>("name")? else {
            findings.fault(format!("file {id} is not there, and {} of its rows are", rows.unwrap_or_default()));
            continue;
        };
        let pairs = [
            ("accepted", "rows_accepted", rows),
            ("quarantined", "rows_quarantined", Some(file.try_get("quarantined")?)),
            ("refused", "rows_refused", Some(file.try_get("refused")?)),
        ];
        for (what, column, found) in pairs {
            let said: i64 = file.try_get(column)?;
            if let Some(found) = found.filter(|found| *found != said) {
                findings.fault(format!("file {id} ({name}): {said} rows {what} by its own count, {found} stored"));
            }
        }
    }
    findings.summary = format!("{} files with {counted} rows counted again", files.len());
    Ok(findings)
}
