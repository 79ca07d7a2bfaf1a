//! `termometro verify`: judges every stored report again from its stored basis, compares the result with the stored verdict, and
//! checks the audit log from its first entry.

use super::exit::{EXIT_DONE, EXIT_FAILED};
use crate::{
    app::Database,
    config::Config,
    read_model::{ReadModel, verdicts::assessments::AssessmentFilter},
    store::{postgres::error::StoreError, transaction::audit},
};

const REPORTS_AT_ONCE: i64 = 1_000;

pub async fn run(config: &Config) -> anyhow::Result<u8> {
    let server = Database::open(config).await?;
    let database = server.migrated(config).await?;
    let model = ReadModel::new(database, i32::try_from(config.ceiling_list_age_days_max)?);
    let outcome = verify(&model).await;
    let entries = chain(&model).await;
    drop(model);
    server.close().await?;
    match outcome {
        Ok(verified) => {
            say!("{verified} stored verdicts recomputed from their inputs, 0 differences");
            match entries? {
                Ok(entries) => say!("{entries} entries of the audit log follow from each other, none is missing"),
                Err(position) => {
                    say!("the audit log breaks at position {position}: an entry was altered or taken out");
                    return Ok(EXIT_FAILED);
                }
            }
            Ok(EXIT_DONE)
        }
        Err(StoreError::Corrupt { table, reason }) => {
            say!("difference in {table}: {reason}");
            Ok(EXIT_FAILED)
        }
        Err(error) => Err(error.into()),
    }
}

/// How many entries of the audit log there are, or where its chain breaks.
async fn chain(model: &ReadModel) -> Result<Result<i64, i64>, StoreError> {
    let (mut previous, mut after) = (audit::NOTHING.to_owned(), 0);
    loop {
        let page = model.list_audit(Some(after), REPORTS_AT_ONCE).await?;
        if page.is_empty() {
            return Ok(Ok(after));
        }
        for entry in page {
            let whole = audit::NewAuditEntry {
                at: entry.at,
                principal: entry.principal.as_deref(),
                key: entry.key.as_deref(),
                actor: &entry.actor,
                action: &entry.action,
                subject: &entry.subject,
                reason: entry.reason.as_deref(),
                request_id: &entry.request_id,
                details: entry.details.clone(),
            };
            after += 1;
            let follows = entry.position == after && entry.previous_hash == previous;
            if !follows || audit::entry_hash(&previous, entry.position, entry.at, &whole) != entry.hash {
                return Ok(Err(after));
            }
            previous = entry.hash;
        }
    }
}

/// Reading a stored report recomputes its verdict and refuses one that its own inputs do not give.
async fn verify(model: &ReadModel) -> Result<u64, StoreError> {
    let (mut verified, mut after) = (0_u64, None);
    loop {
        let page = model.list_assessments(&AssessmentFilter::default(), after, REPORTS_AT_ONCE).await?;
        let Some(last) = page.last() else { return Ok(verified) };
        after = Some(last.report_id);
        verified += page.len() as u64;
    }
}
