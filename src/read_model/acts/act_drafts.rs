//! Drafts of acts, for those who draft and approve them.

use jiff::Timestamp;

use crate::{
    domain::{
        identifier::cum::Cum,
        law::{
            act_draft::{DraftCeiling, DraftSummary},
            channel::Column,
        },
    },
    read_model::{ReadModel, statements},
    store::{
        postgres::{error::StoreError, statements as stored},
        workflow::act_drafts::{ceiling_row, steps_by_draft, summary_row},
    },
};

impl ReadModel {
    /// Oldest first; `after` is the instant and id of the last one of the page before.
    pub async fn list_act_drafts(
        &self,
        state: Option<&str>,
        after: Option<(Timestamp, String)>,
        limit: i64,
    ) -> Result<Vec<DraftSummary>, StoreError> {
        let (at, id) = after.unzip();
        let mut lease = self.database.lease().await?;
        lease.begin_snapshot().await?;
        let rows = lease.query(statements::act_draft_list, &[&state, &at, &id, &limit]).await?;
        let ids: Vec<&str> = rows.iter().map(|row| row.try_get("id")).collect::<Result<_, _>>()?;
        let steps = lease.query(stored::act_draft_steps, &[&ids]).await?;
        lease.end_snapshot().await?;
        let mut steps = steps_by_draft(&steps)?;
        rows.iter().map(|row| summary_row(row, &mut steps)).collect()
    }

    pub async fn show_act_draft(&self, id: &str) -> Result<Option<DraftSummary>, StoreError> {
        let mut lease = self.database.lease().await?;
        lease.begin_snapshot().await?;
        let row = lease.query_opt(stored::act_draft_summary, &[&id]).await?;
        let steps = lease.query(stored::act_draft_steps, &[&vec![id]]).await?;
        lease.end_snapshot().await?;
        row.as_ref().map(|row| summary_row(row, &mut steps_by_draft(&steps)?)).transpose()
    }

    /// In order of presentation and column; `after` is the last one of the page before.
    pub async fn act_draft_ceilings(
        &self,
        id: &str,
        after: Option<(Cum, Column)>,
        limit: i64,
    ) -> Result<Vec<DraftCeiling>, StoreError> {
        let (cum, column) = after.unzip();
        let (expediente, consecutive) = (cum.map(|cum| cum.expediente), cum.map(|cum| cum.consecutive));
        let column = column.map(Column::code);
        let mut lease = self.database.lease().await?;
        let rows = lease.query(statements::act_draft_rows, &[&id, &expediente, &consecutive, &column, &limit]).await?;
        rows.iter().map(ceiling_row).collect()
    }
}
