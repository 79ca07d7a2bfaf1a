//! The audit log from its first entry to its newest: each hash covers the entry before, and nothing else has seen a later one.

use std::pin::pin;

use futures_util::TryStreamExt;
use jiff::Timestamp;
use tokio_postgres::Row;

use super::section::{Findings, Subject};
use crate::{
    read_model,
    store::{
        postgres::statements,
        transaction::audit::{self, NewAuditEntry},
    },
};

pub async fn check(subject: Subject) -> anyhow::Result<Findings> {
    let mut client = subject.connection().await?;
    let state = subject.state(&mut client).await?;
    let mut findings = Findings::default();
    let (mut position, mut hash) = (0, audit::NOTHING.to_owned());
    let mut is_noted = subject.noted.is_none();
    let statement = state.prepare(read_model::statements::audit_list).await?;
    let limit = i64::MAX;
    // From the first to the last, and none left out.
    let (text, day) = (None::<&str>, None::<jiff::civil::Date>);
    let parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 7] = [&None::<i64>, &limit, &text, &text, &text, &day, &day];
    let mut entries = pin!(state.query_raw(&statement, parameters).await?);
    while let Some(entry) = entries.try_next().await? {
        let found: i64 = entry.try_get("position")?;
        if found != position + 1 {
            findings.fault(format!("entries {} to {} are missing", position + 1, found - 1));
        } else if entry.try_get::<_, &str>("previous_hash")? != hash {
            findings.fault(format!("entry {found} does not follow from the one before"));
        }
        // A log that breaks is followed from there on: what else is wrong with it is worth knowing.
        let previous: String = entry.try_get("previous_hash")?;
        position = found;
        hash = entry.try_get("hash")?;
        if hash_of(&previous, position, &entry)? != hash {
            findings.fault(format!("entry {position} was altered: its hash is that of another content"));
        }
        is_noted |= subject.noted.as_ref().is_some_and(|noted| (noted.position, &noted.hash) == (position, &hash));
    }
    let seen: i64 = state.query_one(statements::audit_marks, &[]).await?.try_get("seen")?;
    if seen > position {
        findings.fault(format!("the newest entry is {position}, and entry {seen} was there once: the end was cut off"));
    }
    if let Some(noted) = subject.noted.filter(|_| !is_noted) {
        findings.fault(format!("entry {} is not the one that was noted", noted.position));
    }
    findings.summary = format!("{position} entries of the audit log follow from each other; the newest is {position}:{hash}");
    Ok(findings)
}

fn hash_of(previous: &str, position: i64, entry: &Row) -> anyhow::Result<String> {
    let at: Timestamp = entry.try_get("at")?;
    let whole = NewAuditEntry {
        at,
        principal: entry.try_get("principal_id")?,
        key: entry.try_get("key_id")?,
        actor: entry.try_get("actor")?,
        action: entry.try_get("action")?,
        subject: entry.try_get("subject")?,
        reason: entry.try_get("reason")?,
        request_id: entry.try_get("request_id")?,
        details: entry.try_get("details")?,
    };
    Ok(audit::entry_hash(previous, position, at, &whole))
}
