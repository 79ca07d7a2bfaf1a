//! Undoes an import, or all of the sample: nothing is deleted, earlier knowledge stays readable, and derived state is rebuilt.

use jiff::Timestamp;
use serde_json::json;

use super::{file::follow, report::Acceptance};
use crate::{
    clock::Clock,
    domain::law::edition::Edition,
    ingest::SourceKind,
    store::{
        catalogue::medicines,
        imports::{
            holding,
            import_list::{ListedImport, find_import},
        },
        judging::{
            cases,
            rejudge::{method_changed, rejudge},
        },
        log::append,
        postgres::{database::Database, error::StoreError, statements},
        transaction::{
            changes,
            import::{self, Import, NewFile, ReadFacts},
        },
    },
    text::hex::sha256,
};

#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    #[error("there is no import {0}: `termometro imports list` shows them")]
    NotFound(i64),
    #[error("import {0} was taken back already")]
    AlreadyEnded(i64),
    #[error(
        "import {0} is a {1}: only files that were imported are taken back. An act is corrected or superseded by another act, a submission by its rectification"
    )]
    NotAFile(i64, String),
    #[error("there is no sample here")]
    NoSample,
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Clone, Debug, Default)]
pub struct Undone {
    /// What was taken back: kind and name.
    pub ended: Vec<(String, String)>,
    /// Reports of older editions that count again.
    pub restored: u64,
    /// Reports judged again with another verdict.
    pub rejudged: u64,
    /// The edition of the same list that is in force now.
    pub in_force: Option<Edition>,
}

/// One import no longer counts.
pub async fn undo(database: &Database, id: i64, by: &Acceptance, max_age_days: i32, clock: Clock) -> Result<Undone, UndoError> {
    let mut client = database.import_connection().await?;
    let import = begin(&mut client, &format!("undo of import {id}"), clock.now()).await?;
    let Some(ListedImport { kind: kind_code, name, ended_in, series, .. }) = find_import(&import.tx, id).await? else {
        return Err(UndoError::NotFound(id));
    };
    let Ok(kind) = kind_code.parse::<SourceKind>() else { return Err(UndoError::NotAFile(id, kind_code)) };
    if ended_in.is_some() {
        return Err(UndoError::AlreadyEnded(id));
    }
    // If all reports are judged again, they are judged by the remaining data.
    let judged_before = !method_changed(&import.tx, max_age_days).await?;
    import.tx.execute(statements::end_source_file, &[&id, &import.file]).await.map_err(StoreError::from)?;
    let mut undone = Undone { ended: vec![(kind_code.clone(), name.clone())], ..Undone::default() };
    if kind == SourceKind::Sismed {
        import::end_reports(&import.tx, &[id], import.file).await?;
        let mut registrations: Vec<i32> = Vec::new();
        for row in import.tx.query(statements::restore_reports, &[&id, &import.file]).await.map_err(StoreError::from)? {
            registrations.push(row.try_get("expediente").map_err(StoreError::from)?);
            let reports: i64 = row.try_get("reports").map_err(StoreError::from)?;
            undone.restored += reports.unsigned_abs();
        }
        // The law may have changed while they did not count.
        let concerned = judged_before.then_some(registrations.as_slice());
        undone.rejudged = rejudge(&import, max_age_days, concerned).await?.changed;
        reports_ended(&import, clock, max_age_days).await?;
    } else {
        undone.rejudged = follow(&import, kind, (clock.now(), clock.today()), max_age_days).await?.changed;
        undone.in_force = import.standing(kind.code(), &series).await?.in_force().cloned();
    }
    let details =
        json!({"kind": kind_code, "name": name, "reports_restored": undone.restored, "reports_judged_again": undone.rejudged});
    finish(import, "undo_import", &format!("import {id}"), by, details, clock.now()).await?;
    Ok(undone)
}

/// All invented data no longer count.
pub async fn remove_sample(database: &Database, by: &Acceptance, max_age_days: i32, clock: Clock) -> Result<Undone, UndoError> {
    let mut client = database.import_connection().await?;
    let import = begin(&mut client, "removal of the sample", clock.now()).await?;
    let ended = import.end_sample(None).await?;
    if ended.is_empty() {
        return Err(UndoError::NoSample);
    }
    reports_ended(&import, clock, max_age_days).await?;
    changes::record_all(&import.tx, Some(import.file)).await?;
    let done = rejudge(&import, max_age_days, None).await?;
    cases::refresh(&import.tx, import.file, (clock.now(), clock.today()), max_age_days).await?;
    let details = json!({"files": ended.len(), "reports_judged_again": done.changed});
    finish(import, "remove_sample", "sample", by, details, clock.now()).await?;
    let ended = ended.into_iter().map(|(id, kind)| (kind, format!("import {id}"))).collect();
    Ok(Undone { ended, rejudged: done.changed, ..Undone::default() })
}

/// An import of no rows, from which on others no longer count.
async fn begin<'a>(
    client: &'a mut deadpool_postgres::ClientWrapper,
    name: &str,
    now: Timestamp,
) -> Result<Import<'a>, StoreError> {
    let tx = import::begin_long(client).await?;
    import::lock(&tx).await?;
    let sha256 = sha256(format!("{name}\n{now}"));
    let import = Import::on(tx, &NewFile { kind: "undo", name, sha256: &sha256, bytes: 0, sample: false }).await?;
    import.state_facts(&ReadFacts { layout: "undo", ..ReadFacts::default() }).await?;
    Ok(import)
}

async fn reports_ended(import: &Import<'_>, clock: Clock, max_age_days: i32) -> Result<(), StoreError> {
    medicines::rebuild_after_reports_ended(import).await?;
    changes::record_products(&import.tx, import.file).await?;
    cases::refresh(&import.tx, import.file, (clock.now(), clock.today()), max_age_days).await?;
    Ok(())
}

async fn finish(
    import: Import<'_>,
    action: &str,
    subject: &str,
    by: &Acceptance,
    mut details: serde_json::Value,
    now: Timestamp,
) -> Result<(), StoreError> {
    // Every file that ended names this import, so that its decision can be found.
    details["ended_in"] = json!(import.file);
    import.tx.query(statements::bump_data_version, &[&import.file]).await?;
    holding::record(&import.tx, action, subject, (&by.by, &by.reason), details, now).await?;
    append::append(&import.tx).await?;
    import.tx.commit().await?;
    Ok(())
}
