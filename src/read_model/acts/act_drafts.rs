//! Drafts of acts, for the people who draft and approve them.

use jiff::Timestamp;

use crate::{
    domain::{
        identifier::cum::Cum,
        law::{
            act_draft::{DraftCeiling, DraftSummary},
            channel::CeilingColumn,
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
        let mut connection = self.database.read_connection().await?;
        connection.begin_snapshot().await?;
        let rows = connection.query(statements::act_draft_list, &[&state, &at, &id, &limit]).await?;
        let ids: Vec<&str> = rows.iter().map(|row| row.try_get("id")).collect::<Result<_, _>>()?;
        let steps = connection.query(stored::act_draft_steps, &[&ids]).await?;
        connection.end_snapshot().await?;
        let mut steps = steps_by_draft(&steps)?;
        rows.iter().map(|row| summary_row(row, &mut steps)).collect()
    }

    pub async fn show_act_draft(&self, id: &str) -> Result<Option<DraftSummary>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        connection.begin_snapshot().await?;
        let row = connection.query_opt(stored::act_draft_summary, &[&id]).await?;
        let steps = connection.query(stored::act_draft_steps, &[&vec![id]]).await?;
        connection.end_snapshot().await?;
        row.as_ref().map(|row| summary_row(row, &mut steps_by_draft(&steps)?)).transpose()
    }

    /// In order of presentation and column; `after` is the last one of the page before.
    pub async fn act_draft_ceilings(
        &self,
        id: &str,
        after: Option<(Cum, CeilingColumn)>,
        limit: i64,
    ) -> Result<Vec<DraftCeiling>, StoreError> {
        let (cum, column) = after.unzip();
        let (expediente, consecutive) = (cum.map(|cum| cum.expediente), cum.map(|cum| cum.consecutive));
        let column = column.map(CeilingColumn::code);
        let mut connection = self.database.read_connection().await?;
        let rows = connection.query(statements::act_draft_rows, &[&id, &expediente, &consecutive, &column, &limit]).await?;
        rows.iter().map(ceiling_row).collect()
    }
}
