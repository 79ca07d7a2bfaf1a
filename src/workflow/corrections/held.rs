//! A correction held for a step, and where it stands after it.

use deadpool_postgres::Transaction;
use jiff::{Timestamp, civil::Date};

use crate::{
    domain::purchases::correction::CorrectionState,
    store::postgres::{
        error::{StoreError, corrupt},
        statements,
    },
    workflow::common::error::WorkflowError,
};

/// As it stands before the step; locked until the commit.
pub(super) struct HeldCorrection {
    pub id: String,
    pub request_digest: String,
    pub body_digest: String,
    pub received_at: Timestamp,
    pub due_on: Date,
    pub due_citation: String,
    pub state: CorrectionState,
    pub ticket_hash: Vec<u8>,
}

/// Where a correction stands after a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrectionMoved {
    pub id: String,
    pub state: CorrectionState,
}

pub(super) async fn find(tx: &Transaction<'_>, id: &str) -> Result<Option<HeldCorrection>, StoreError> {
    let Some(row) = tx.query_opt(statements::find_correction, &[&id]).await? else { return Ok(None) };
    let state: &str = row.try_get("state")?;
    Ok(Some(HeldCorrection {
        id: row.try_get("id")?,
        request_digest: row.try_get("request_digest")?,
        body_digest: row.try_get("body_digest")?,
        received_at: row.try_get("received_at")?,
        due_on: row.try_get("due_on")?,
        due_citation: row.try_get("due_citation")?,
        state: CorrectionState::from_code(state).ok_or_else(|| corrupt("purchase_correction", state))?,
        ticket_hash: row.try_get("ticket_hash")?,
    }))
}

impl HeldCorrection {
    /// The event of a step, and the state that follows.
    pub async fn step(
        &self,
        tx: &Transaction<'_>,
        (now, actor): (Timestamp, Option<&str>),
        to: CorrectionState,
    ) -> Result<CorrectionMoved, WorkflowError> {
        tx.execute(statements::insert_correction_event, &[&self.id, &now, &to.code(), &actor]).await?;
        tx.execute(statements::set_correction_state, &[&self.id, &to.code()]).await?;
        Ok(CorrectionMoved { id: self.id.clone(), state: to })
    }
}
