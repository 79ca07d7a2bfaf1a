//! Drafts of acts, for those who draft and approve them.

use jiff::Timestamp;

use super::{ReadModel, statements};
use crate::{
    domain::{
        act_draft::{DraftCeiling, DraftSummary},
        channel::Column,
        cum::Cum,
    },
    store::{
        act_drafts::{ceiling_row, summary_row},
        error::StoreError,
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
        let rows = self.database.lease().await?.query(statements::act_draft_list, &[&state, &at, &id, &limit]).await?;
        rows.iter().map(summary_row).collect()
    }

    pub async fn show_act_draft(&self, id: &str) -> Result<Option<DraftSummary>, StoreError> {
        let row = self.database.lease().await?.query_opt(statements::act_draft_one, &[&id]).await?;
        row.as_ref().map(summary_row).transpose()
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
