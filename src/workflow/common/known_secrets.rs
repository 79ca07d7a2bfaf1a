//! Whether the secrets at hand are those that this database's keys and receipts were made with: it knows them by name.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::json;

use super::{error::WorkflowError, secrets::Secrets};
use crate::store::{
    postgres::{
        database::Database,
        error::{StoreError, corrupt},
        statements,
    },
    transaction::audit::{self, NewAuditEntry},
};

/// Names only, in order of first use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownSecrets {
    peppers: Vec<String>,
    signing_keys: Vec<String>,
}

/// Why a program must not start with these secrets, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretsMismatch {
    #[error(
        "{} lacks the secrets (pepper, signing-key) that this database's API keys and receipts were made with: put the folder back from its \
         backup or correct TERMOMETRO_SECRETS_DIR; --new-secrets makes new ones, and then no API key made before works",
        .folder.display()
    )]
    Missing { folder: PathBuf },
    #[error(
        "the {what} in {} is {found}, and this database knows {known}: it is of another installation; put the right folder back or correct \
         TERMOMETRO_SECRETS_DIR; --new-secrets goes on with this one, and then {lost}",
        .folder.display()
    )]
    Other { folder: PathBuf, what: &'static str, found: String, known: String, lost: &'static str },
}

impl KnownSecrets {
    pub async fn read(database: &Database) -> Result<Self, WorkflowError> {
        let row = database.read_connection().await?.query_opt(statements::known_secrets, &[]).await?;
        let row = row.ok_or_else(|| corrupt("pepper", "no answer"))?;
        let names = |column: &str| row.try_get::<_, Vec<String>>(column).map_err(StoreError::from);
        Ok(Self { peppers: names("peppers")?, signing_keys: names("signing_keys")? })
    }

    /// A database that no key and no receipt was made for yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.peppers.is_empty() && self.signing_keys.is_empty()
    }

    /// # Errors
    /// When keys or receipts were made, and none of them with these secrets.
    pub fn check(&self, secrets: &Secrets, folder: &Path) -> Result<(), SecretsMismatch> {
        let lost_keys = "no API key made before works until the old one is back";
        let lost_receipts = "receipts are signed by another key from now on";
        let both = [
            ("pepper", &secrets.pepper_id, &self.peppers, lost_keys),
            ("signing key", &secrets.kid, &self.signing_keys, lost_receipts),
        ];
        for (what, found, known, lost) in both {
            if !known.is_empty() && !known.contains(found) {
                let known = known.join(", ");
                return Err(SecretsMismatch::Other { folder: folder.to_owned(), what, found: found.clone(), known, lost });
            }
        }
        Ok(())
    }

    /// From now on these are known. That others took their place stands in the audit log.
    pub async fn add(&self, database: &Database, secrets: &Secrets, now: Timestamp) -> Result<(), WorkflowError> {
        let replaced = self.check(secrets, Path::new("")).is_err();
        if !replaced && self.peppers.contains(&secrets.pepper_id) && self.signing_keys.contains(&secrets.kid) {
            return Ok(());
        }
        let mut object = database.write_connection().await?;
        let tx = object.transaction().await?;
        tx.execute(statements::insert_pepper, &[&secrets.pepper_id]).await?;
        tx.execute(statements::insert_signing_key, &[&secrets.kid, &secrets.public_key().as_slice()]).await?;
        if replaced {
            let entry = NewAuditEntry {
                at: now,
                principal: None,
                key: None,
                actor: "host",
                action: "replace_secrets",
                subject: &secrets.pepper_id,
                reason: None,
                request_id: "command-line",
                details: json!({"pepper": secrets.pepper_id, "kid": secrets.kid}),
            };
            audit::record(&tx, &entry).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
