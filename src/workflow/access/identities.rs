//! Whom an identity provider knows is somebody here: an administrator links them, by a key whose secret nobody sees.
//!
//! Kind, scopes, life, the second person and revocation are those of a key, so that a provider gives nobody more than a key would.

use jiff::Timestamp;
use serde_json::json;

use super::keys::{Holder, LOCK, MadeBy, NewKey, allowed, details, entry};
use crate::{
    domain::access::principal::{Actor, PrincipalKind, Scope},
    store::{postgres::statements, transaction::audit},
    workflow::{Workflow, common::error::WorkflowError},
};

const ISSUER_CHARS_MAX: usize = 500;
const SUBJECT_BYTES_MAX: usize = 255;

/// Somebody to be linked.
pub struct NewIdentity {
    pub principal: String,
    pub issuer: String,
    pub subject: String,
    /// `None`: all that the principal's kind can hold.
    pub scopes: Option<Vec<Scope>>,
    pub days: i32,
}

/// Somebody who is linked, by this key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedIdentity {
    pub key: String,
    pub principal: String,
    pub expires_at: Timestamp,
    /// A regulator signs in only once a second person has confirmed it.
    pub pending: bool,
}

impl Workflow {
    /// # Errors
    /// An unknown principal or one who took a free key, a scope outside its kind, a life too long, a third living link, a subject who is somebody else here.
    pub async fn link_identity(&self, by: &Actor, new: &NewIdentity, now: Timestamp) -> Result<LinkedIdentity, WorkflowError> {
        let NewIdentity { principal, issuer, subject, .. } = new;
        require_identity(issuer, subject)?;
        let key = NewKey { holder: Holder::Known(principal.clone()), scopes: new.scopes.clone(), days: new.days };
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        tx.query(statements::lock_keys, &[&LOCK]).await?;
        let kind = self.kind_of(&tx, &key.holder).await?;
        if kind == PrincipalKind::Developer {
            return Err(WorkflowError::refused(
                "conflict", "una llave libre no abre el área de trabajo", "a free key does not open the work area",
            ));
        }
        let (scopes, expires_at) = allowed(kind, &key, now)?;
        if let Some(row) = tx.query_opt(statements::identity_holders, &[issuer, subject, &now, principal]).await? {
            let other: String = row.try_get("principal_id")?;
            return Err(WorkflowError::refused(
                "conflict",
                format!("ese sujeto ya es {other}"),
                format!("that subject is {other} already"),
            ));
        }
        let made_by = MadeBy { principal: Some(&by.principal), for_identity: true, ..MadeBy::default() };
        let made = self.make(&tx, &key.holder, &scopes, (now, expires_at), made_by).await?;
        let id = &made.key.id;
        tx.execute(statements::insert_identity, &[id, issuer, subject]).await?;
        let mut details = details(&made);
        (details["issuer"], details["subject"]) = (json!(issuer), json!(subject));
        audit::record(&tx, &entry(Some(by), now, "link_identity", id, None, details)).await?;
        tx.commit().await?;
        Ok(LinkedIdentity { key: id.clone(), principal: made.principal, expires_at, pending: made.pending })
    }
}

fn require_identity(issuer: &str, subject: &str) -> Result<(), WorkflowError> {
    let is_address = issuer.starts_with("https://") || issuer.starts_with("http://");
    let is_subject = !subject.is_empty() && subject.len() <= SUBJECT_BYTES_MAX && !subject.chars().any(char::is_control);
    if is_address && issuer.chars().count() <= ISSUER_CHARS_MAX && is_subject {
        return Ok(());
    }
    Err(WorkflowError::refused(
        "conflict",
        "el emisor es una dirección https, y el sujeto un texto de hasta 255 octetos sin caracteres de control",
        "the issuer is an https address, and the subject a text of up to 255 octets without control characters",
    ))
}
