//! What waits to be sent, and when the newest open-data files were made: for whoever watches the service.

use jiff::Timestamp;

use crate::{
    read_model::{ReadModel, statements},
    store::postgres::error::StoreError,
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WaitingWork {
    /// Webhook messages of active watches that have not arrived.
    pub messages: i64,
    pub oldest_message_at: Option<Timestamp>,
    /// `None`: there are no open-data files.
    pub exports_at: Option<Timestamp>,
}

impl ReadModel {
    pub async fn waiting_work(&self) -> Result<WaitingWork, StoreError> {
        let mut connection = self.database.read_connection().await?;
        let Some(row) = connection.query_opt(statements::waiting_work, &[]).await? else { return Ok(WaitingWork::default()) };
        Ok(WaitingWork {
            messages: row.try_get("messages")?,
            oldest_message_at: row.try_get("oldest_message_at")?,
            exports_at: row.try_get("exports_at")?,
        })
    }
}
