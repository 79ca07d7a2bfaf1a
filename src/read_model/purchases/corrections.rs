//! Corrections of lines, with their answers.

use jiff::civil::Date;
use tokio_postgres::Row;

use crate::{
    domain::{
        identifier::cum::Cum,
        purchases::{correction::CorrectionState, purchase::PurchaseId},
    },
    read_model::{ReadModel, statements},
    store::postgres::error::{StoreError, corrupt},
};

#[derive(Clone, Debug)]
pub struct CorrectionView {
    pub id: String,
    pub purchase: PurchaseId,
    pub received_on: Date,
    pub language: String,
    pub sender: String,
    /// `None`: withdrawn.
    pub text: Option<String>,
    pub cum: Option<Cum>,
    pub due_on: Date,
    pub due_citation: String,
    pub state: CorrectionState,
    pub answered_on: Option<Date>,
    pub disposition: Option<String>,
    pub answer_es: Option<String>,
    pub answer_en: Option<String>,
}

impl ReadModel {
    /// In order of id.
    pub async fn list_corrections(
        &self,
        purchase: Option<PurchaseId>,
        state: Option<CorrectionState>,
        after: Option<String>,
        limit: i64,
    ) -> Result<Vec<CorrectionView>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        let (purchase, state) = (purchase.map(PurchaseId::number), state.map(CorrectionState::code));
        let rows = connection.query(statements::correction_list, &[&purchase, &state, &after, &limit]).await?;
        rows.iter().map(correction).collect()
    }

    /// Those that wait for an answer, what is due first.
    pub async fn correction_queue(&self, limit: i64) -> Result<Vec<CorrectionView>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        connection.query(statements::correction_queue, &[&limit]).await?.iter().map(correction).collect()
    }

    pub async fn show_correction(&self, id: &str) -> Result<Option<CorrectionView>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        connection.query_opt(statements::correction_one, &[&id]).await?.as_ref().map(correction).transpose()
    }
}

fn correction(row: &Row) -> Result<CorrectionView, StoreError> {
    let (state, purchase): (&str, i64) = (row.try_get("state")?, row.try_get("purchase_id")?);
    let (expediente, consecutive): (Option<i32>, Option<i32>) = (row.try_get("expediente")?, row.try_get("consecutive")?);
    Ok(CorrectionView {
        id: row.try_get("id")?,
        purchase: PurchaseId::from_number(purchase).ok_or_else(|| corrupt("purchase_correction", "purchase_id"))?,
        received_on: row.try_get("received_on")?,
        language: row.try_get("language")?,
        sender: row.try_get("sender")?,
        text: row.try_get("body")?,
        cum: expediente.zip(consecutive).map(|(expediente, consecutive)| Cum::new(expediente, consecutive)),
        due_on: row.try_get("due_on")?,
        due_citation: row.try_get("due_citation")?,
        state: CorrectionState::from_code(state).ok_or_else(|| corrupt("purchase_correction", state))?,
        answered_on: row.try_get("answered_on")?,
        disposition: row.try_get("disposition")?,
        answer_es: row.try_get("text_es")?,
        answer_en: row.try_get("text_en")?,
    })
}
