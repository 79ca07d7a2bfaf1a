//! Free keys for developers, without an approval. They give access to their own webhook subscriptions only.

use jiff::{SignedDuration, Timestamp};

use super::keys::{self, Holder, MadeKey};
use crate::{
    domain::access::principal::PrincipalKind,
    store::{postgres::statements, transaction::developer_events},
    text::hex::hex,
    workflow::{Workflow, common::error::WorkflowError},
};

const DAYS: i64 = 365;
/// Of the digest of a network: 128 bits.
const NETWORK_DIGITS: usize = 32;

impl Workflow {
    /// A key for a new developer. Asking again makes another one: all keys of one network share what they may ask and write. The database
    /// holds a keyed digest of the network, from which nobody without the pepper learns it.
    ///
    /// # Errors
    /// When this service gives out none over the network.
    pub async fn give_free_key(
        &self,
        name: &str,
        network: &str,
        request_id: &str,
        now: Timestamp,
    ) -> Result<MadeKey, WorkflowError> {
        if !self.gives_free_keys {
            return Err(WorkflowError::refused(
                "forbidden",
                "este servicio no da llaves por la red: pídala a quien lo opera",
                "this service gives out no keys over the network: ask those who run it",
            ));
        }
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        tx.query(statements::lock_keys, &[&keys::LOCK]).await?;
        let digest = hex(&self.secrets.mac(&format!("network:{network}")));
        let given_to = format!("n{}", digest.get(..NETWORK_DIGITS).unwrap_or_default());
        let kind = PrincipalKind::Developer;
        let holder = Holder::New { kind, name: name.to_owned(), company: None };
        let expires_at = keys::after(now, SignedDuration::from_hours(24 * DAYS))?;
        let made = self
            .make(
                &tx,
                &holder,
                kind.scopes(),
                (now, expires_at),
                keys::MadeBy { network: Some(&given_to), ..keys::MadeBy::default() },
            )
            .await?;
        let mut entry = keys::entry(None, now, "give_free_key", &made.key.id, None, keys::details(&made));
        (entry.principal, entry.request_id) = (Some(made.principal.as_str()), request_id);
        developer_events::record(&tx, &entry).await?;
        tx.commit().await?;
        Ok(made)
    }
}
