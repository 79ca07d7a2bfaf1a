//! `termometro verify`: judges every stored report again from its stored basis and compares with what is stored.

use super::{EXIT_DONE, EXIT_FAILED};
use crate::{
    app::Database,
    config::Config,
    read_model::{ReadModel, assessments::AssessmentFilter},
    store::error::StoreError,
};

const REPORTS_AT_ONCE: i64 = 1_000;

pub async fn run(config: &Config) -> anyhow::Result<u8> {
    let server = Database::open(config).await?;
    let database = server.migrated(config).await?;
    let model = ReadModel::new(database, i32::try_from(config.ceiling_list_age_days_max)?);
    let outcome = verify(&model).await;
    drop(model);
    server.close().await?;
    match outcome {
        Ok(verified) => {
            say!("{verified} stored verdicts recomputed from their inputs, 0 differences");
            Ok(EXIT_DONE)
        }
        Err(StoreError::Corrupt { table, reason }) => {
            say!("difference in {table}: {reason}");
            Ok(EXIT_FAILED)
        }
        Err(error) => Err(error.into()),
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
