//! The public halves of the signing keys are kept, so that a receipt can still be checked after the key was changed.

use super::{Desk, error::DeskError};
use crate::store::statements;

impl Desk {
    /// At every start.
    pub async fn publish_signing_key(&self) -> Result<(), DeskError> {
        let object = self.database.object().await?;
        let public = self.secrets.public_key();
        object.execute(statements::insert_signing_key, &[&self.secrets.kid, &public.as_slice()]).await?;
        Ok(())
    }
}
