//! What `rejudge` would do, counted from the reports in memory: the same numbers, and nothing written.

use std::{collections::BTreeSet, sync::Arc};

use deadpool_postgres::Transaction;

use super::{
    columns::{
        counting::{Counted, count},
        law::CompiledLaw,
    },
    error::StoreError,
    judgement_code::JudgementCode,
    law_library::LawLibrary,
    pool::Database,
    rejudge::{Rejudged, method_changed, regrounded},
    report_judge::{self, ReportKey},
    report_key::{key, prices},
    statements,
};

/// For a caller that holds the import lock: what the transaction wrote counts as law, and nobody changes the reports.
/// `expedientes` as for `rejudge`. `None`: there are more reports than are ever held, or all must be judged by another method first.
pub async fn foresee(
    database: &Database,
    tx: &Transaction<'_>,
    max_age_days: i32,
    expedientes: Option<&[i32]>,
) -> Result<Option<Rejudged>, StoreError> {
    if database.too_many_reports().await? || method_changed(tx, max_age_days).await? {
        return Ok(None);
    }
    let law = compile(database, tx, max_age_days, expedientes).await?;
    Ok(Some(foresee_under(tx, law, expedientes).await?))
}

/// The law as this transaction sees it, of whatever there are reports about.
pub async fn compile(
    database: &Database,
    tx: &Transaction<'_>,
    max_age_days: i32,
    expedientes: Option<&[i32]>,
) -> Result<Arc<CompiledLaw>, StoreError> {
    let version: i64 = tx.query_one(statements::newest_data_version, &[]).await?.try_get("version")?;
    let reports = database.reports(version).await?;
    let reported = reports.expedientes(expedientes);
    let mut library = LawLibrary::begin(tx, max_age_days, None).await?;
    library.add(tx, Some(&reported)).await?;
    let work = tokio::task::spawn_blocking(move || CompiledLaw::new(library, reports, &reported));
    Ok(Arc::new(work.await.map_err(|error| StoreError::Bug(Box::new(error)))??))
}

/// The same under a law that was compiled in this version of the data.
pub async fn foresee_under(
    tx: &Transaction<'_>,
    law: Arc<CompiledLaw>,
    expedientes: Option<&[i32]>,
) -> Result<Rejudged, StoreError> {
    let under = law.clone();
    let work = tokio::task::spawn_blocking(move || count(&under));
    let Counted { mut rejudged, changed } = work.await.map_err(|error| StoreError::Bug(Box::new(error)))??;
    let mut regrounded_keys: BTreeSet<ReportKey> = BTreeSet::new();
    for row in tx.query(statements::evidence_to_judge, &[&expedientes]).await? {
        let (key, digest) = (key(&row)?, row.try_get("digest")?);
        let view = report_judge::view(&law.library, &report_judge::question(key)?);
        let before = JudgementCode(row.try_get("judged")?);
        // Another verdict is counted already.
        if before == report_judge::code(&view, &prices(&row)?) && regrounded(&law.library, key, digest)? {
            rejudged.changed += 1;
            if changed.binary_search(&key).is_err() {
                regrounded_keys.insert(key);
            }
        }
    }
    rejudged.bases_changed += regrounded_keys.len() as u64;
    Ok(rejudged)
}
