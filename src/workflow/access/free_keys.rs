//! Free keys for developers, without an approval. They give access to their own webhook subscriptions only.

use jiff::{SignedDuration, Timestamp};

use super::keys::{self, Holder, MadeKey};
use crate::{
    domain::access::principal::PrincipalKind,
    store::{postgres::statements, transaction::audit},
    workflow::{Workflow, common::error::WorkflowError},
};

const DAYS: i64 = 365;

impl Workflow {
    /// A key for a new developer. Asking again makes another one: the first one is of no harm.
    ///
    /// # Errors
    /// When this service gives out none over the network.
    pub async fn give_free_key(&self, name: &str, request_id: &str, now: Timestamp) -> Result<MadeKey, WorkflowError> {
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
        let kind = PrincipalKind::Developer;
        let holder = Holder::New { kind, name: name.to_owned(), company: None };
        let expires_at = keys::after(now, SignedDuration::from_hours(24 * DAYS))?;
        let made = self.make(&tx, &holder, kind.scopes(), (now, expires_at), keys::MadeBy::default()).await?;
        let mut entry = keys::entry(None, now, "give_free_key", &made.key.id, None, keys::details(&made));
        (entry.actor, entry.request_id) = (name, request_id);
        audit::record(&tx, &entry).await?;
        tx.commit().await?;
        Ok(made)
    }
}
