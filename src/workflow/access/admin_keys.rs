//! Looks for the keys that make keys, now and then, while the service runs.

use jiff::Timestamp;

use crate::{
    domain::access::admin_key::AdminKeyWarning,
    store::postgres::statements,
    workflow::{Workflow, common::error::WorkflowError},
};

impl Workflow {
    /// Looks now; the answer is kept for `admin_key_warning`.
    pub async fn look_for_admin_keys(&self, now: Timestamp) -> Result<Option<AdminKeyWarning>, WorkflowError> {
        let mut connection = self.database.read_connection().await?;
        let row = connection.query_opt(statements::living_admin_key, &[&now, &self.secrets.pepper_id]).await?;
        let warning = match row {
            Some(row) => AdminKeyWarning::of(row.try_get("last_end")?, row.try_get("ever")?, now),
            None => None,
        };
        if let Ok(mut seen) = self.admin_key_warning.lock() {
            *seen = warning;
        }
        Ok(warning)
    }

    /// What was seen when it was last looked at.
    pub fn admin_key_warning(&self) -> Option<AdminKeyWarning> {
        self.admin_key_warning.lock().ok().and_then(|seen| *seen)
    }
}
