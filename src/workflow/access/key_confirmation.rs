//! Confirms a regulator's key: whoever made it does not decide alone that it opens anything.

use deadpool_postgres::Transaction;
use jiff::Timestamp;
use serde_json::json;

use super::keys;
use crate::{
    domain::{
        access::principal::Actor,
        law::two_persons::{Decision, SamePerson},
    },
    store::{
        postgres::{error::StoreError, statements},
        transaction::{audit, idempotency::Reply},
    },
    workflow::{
        Workflow,
        common::{
            context::{AuditedAction, CommandContext, Render},
            error::WorkflowError,
        },
        mail::outbox::{self, MailKind, NewMail},
    },
};

/// A key that opens from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfirmedKey {
    pub id: String,
    pub principal: String,
    pub kind: String,
    pub name: String,
    pub created_at: Timestamp,
    /// `None`: not known who made it.
    pub created_by: Option<String>,
    pub confirmed_at: Timestamp,
    /// `None`: the owner of the machine.
    pub confirmed_by: Option<String>,
    pub expires_at: Timestamp,
}

const ACTION: &str = "confirm_key";

impl Workflow {
    /// Over the API: by a regulator or another operator, who names the holder, and the subject of a provider's person.
    ///
    /// # Errors
    /// `second_person_needed` for whoever made the key, `conflict` when it does not wait or is of somebody else.
    pub async fn confirm_key(
        &self,
        context: &CommandContext,
        id: &str,
        (holder, subject, reason): (&str, Option<&str>, &str),
        render: Render<'_, ConfirmedKey>,
    ) -> Result<Reply, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        let confirmed = self.confirm(&tx, Some(&context.actor), (id, holder, subject), context.now).await?;
        let reply = Reply { status: 200, location: None, body: render(&confirmed) };
        let details = details(&confirmed);
        context.finish(&tx, &AuditedAction { action: ACTION, subject: id, reason: Some(reason), details }, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// On the machine itself; `None` is its owner, who is the second person only while there is no other.
    ///
    /// # Errors
    /// As `confirm_key`.
    pub async fn confirm_key_here(
        &self,
        by: Option<&Actor>,
        id: &str,
        (holder, reason): (&str, Option<&str>),
        now: Timestamp,
    ) -> Result<ConfirmedKey, WorkflowError> {
        self.confirm_here(by, (id, holder, None), reason, now).await
    }

    /// The key of somebody whom an identity provider knows: whoever confirms it names the subject too, so that nobody else's is linked.
    ///
    /// # Errors
    /// As `confirm_key`, and `conflict` when the key is of another subject.
    pub async fn confirm_identity_here(
        &self,
        by: Option<&Actor>,
        (id, subject): (&str, &str),
        (holder, reason): (&str, Option<&str>),
        now: Timestamp,
    ) -> Result<ConfirmedKey, WorkflowError> {
        self.confirm_here(by, (id, holder, Some(subject)), reason, now).await
    }

    async fn confirm_here(
        &self,
        by: Option<&Actor>,
        named: (&str, &str, Option<&str>),
        reason: Option<&str>,
        now: Timestamp,
    ) -> Result<ConfirmedKey, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        let confirmed = self.confirm(&tx, by, named, now).await?;
        audit::record(&tx, &keys::entry(by, now, ACTION, named.0, reason, details(&confirmed))).await?;
        tx.commit().await?;
        Ok(confirmed)
    }

    async fn confirm(
        &self,
        tx: &Transaction<'_>,
        by: Option<&Actor>,
        (id, holder, subject): (&str, &str, Option<&str>),
        now: Timestamp,
    ) -> Result<ConfirmedKey, WorkflowError> {
        // Keys are made, confirmed and counted one at a time.
        tx.query(statements::lock_keys, &[&keys::LOCK]).await?;
        let row = tx.query_opt(statements::lock_pending_key, &[&id, &now]).await?;
        let row = row.ok_or_else(|| WorkflowError::not_found("la llave", "key", id))?;
        let (waits, name, maker): (bool, String, Option<String>) =
            (row.try_get("waits")?, row.try_get("name")?, row.try_get("created_by")?);
        if !waits {
            return Err(WorkflowError::refused(
                "conflict", "esa llave no espera confirmación", "that key does not wait for a confirmation",
            ));
        }
        if name != holder {
            return Err(WorkflowError::refused(
                "conflict", "esa llave es de otra persona que la nombrada", "that key is of somebody other than the one named",
            ));
        }
        require_subject(tx, id, subject).await?;
        let others = tx.query(statements::who_may_confirm_key, &[&id, &now, &self.secrets.pepper_id]).await?;
        let others: Vec<&str> = others.iter().map(|row| row.try_get("principal_id")).collect::<Result<_, _>>()?;
        match by {
            Some(actor) if !others.contains(&actor.principal.as_str()) => return Err(SamePerson(Decision::ConfirmKey).into()),
            Some(_) => {}
            None if !others.is_empty() || maker.is_none() => return Err(SamePerson(Decision::ConfirmKey).into()),
            None => {}
        }
        let confirmed_by = by.map(|actor| actor.principal.clone());
        tx.execute(statements::confirm_key, &[&id, &confirmed_by, &now]).await.map_err(StoreError::from)?;
        let mail = NewMail { kind: MailKind::KeyConfirmed, subject: id, version: 0, detail: "" };
        outbox::to_person(tx, row.try_get("principal_id")?, &mail, now).await?;
        Ok(ConfirmedKey {
            id: row.try_get("id")?,
            principal: row.try_get("principal_id")?,
            kind: row.try_get("kind")?,
            name,
            created_at: row.try_get("created_at")?,
            created_by: maker,
            confirmed_at: now,
            confirmed_by,
            expires_at: row.try_get("expires_at")?,
        })
    }

    /// Whether somebody other than the owner of the machine could confirm this key.
    pub(crate) async fn has_second_person(&self, id: &str, now: Timestamp) -> Result<bool, WorkflowError> {
        let mut connection = self.database.read_connection().await?;
        let others = connection.query(statements::who_may_confirm_key, &[&id, &now, &self.secrets.pepper_id]).await?;
        Ok(!others.is_empty())
    }
}

/// Whoever confirms that a provider's person is somebody here says which person.
async fn require_subject(tx: &Transaction<'_>, id: &str, named: Option<&str>) -> Result<(), WorkflowError> {
    let row = tx.query_opt(statements::identity_of_key, &[&id]).await?;
    let subject: Option<String> = row.map(|row| row.try_get("subject")).transpose()?;
    if subject.as_deref() == named {
        return Ok(());
    }
    let (es, en) = match (subject, named) {
        (Some(_), None) => (
            "esa llave es de quien entra por un proveedor de identidad: nombre también su sujeto",
            "that key is of somebody who signs in by an identity provider: name their subject too",
        ),
        (Some(_), Some(_)) => (
            "un proveedor de identidad conoce por otro sujeto a la persona de esa llave",
            "an identity provider knows the person of that key by another subject",
        ),
        _ => {
            ("esa llave no es de ningún sujeto de un proveedor de identidad", "that key is of no subject of an identity provider")
        }
    };
    Err(WorkflowError::refused("conflict", es, en))
}

fn details(key: &ConfirmedKey) -> serde_json::Value {
    json!({"principal": key.principal, "kind": key.kind, "made_by": key.created_by, "expires_at": key.expires_at.to_string()})
}
