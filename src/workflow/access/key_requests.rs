//! Keys over the network: an operator requests one for somebody, its owner alone takes its secret, and it can be revoked.
//!
//! Whoever requests a key is shown a code to hand on, never the secret: with the code the owner takes the secret, once, and a second try shows
//! that somebody was first. The code is stored nowhere.

use deadpool_postgres::Transaction;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::keys::{self, Holder, KeyRow, ListedKey, MadeBy, MadeKey, NewKey};
use crate::{
    domain::{
        access::principal::{Actor, PrincipalKind, Scope},
        identifier::api_key::{ApiKey, ID_CHARS, SECRET_CHARS},
    },
    store::{
        postgres::{
            error::{StoreError, corrupt},
            statements,
        },
        transaction::{
            audit::{self, NewAuditEntry},
            idempotency::Reply,
        },
    },
    text::hex::hex,
    workflow::{
        Workflow,
        common::{
            context::{AuditedAction, CommandContext, Render},
            error::{Refusal, RefusalFault, WorkflowError},
            random,
        },
    },
};

/// So long its owner may take it (also in `live_keys.sql`).
const CODE_DAYS: i64 = 7;
/// 96 bits.
const CODE_DIGITS: usize = 24;
/// Tries to take a key in a minute, from one network.
const TRIES_PER_NETWORK: u32 = 10;
/// Who may see everybody's keys.
const SEES_ALL: [Scope; 3] = [Scope::KeysAdmin, Scope::ActsApprove, Scope::AuditRead];

/// A key that was requested for somebody. It has no secret yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestedKey {
    pub id: String,
    pub principal: String,
    pub kind: PrincipalKind,
    pub expires_at: Timestamp,
    /// Until when its owner may take it.
    pub take_until: Timestamp,
    /// A regulator's: it opens nothing until a second person confirms it.
    pub pending: bool,
}

/// A key that was revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevokedKey {
    pub id: String,
    pub revoked_at: Timestamp,
}

impl ListedKey {
    /// Its owner did not take it in time.
    pub fn was_not_taken(&self, now: Timestamp) -> bool {
        let until = keys::after(self.created_at, SignedDuration::from_hours(24 * CODE_DAYS));
        self.untaken && until.is_ok_and(|until| until <= now)
    }
}

impl Workflow {
    /// # Errors
    /// As `create_key`; `conflict` when somebody of this name and kind has a key already.
    pub async fn request_key(
        &self,
        context: &CommandContext,
        new: &NewKey,
        reason: &str,
        render: Render<'_, RequestedKey>,
    ) -> Result<Reply, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        tx.query(statements::lock_keys, &[&keys::LOCK]).await?;
        let requested = self.insert_requested(&tx, context, new).await.map_err(over_the_network)?;
        let reply = Reply { status: 201, location: None, body: render(&requested) };
        let details = json!({"principal": requested.principal, "kind": requested.kind.code(), "expires_at": requested.expires_at.to_string()});
        let action = AuditedAction { action: "request_key", subject: &requested.id, reason: Some(reason), details };
        context.finish(&tx, &action, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    async fn insert_requested(
        &self,
        tx: &Transaction<'_>,
        context: &CommandContext,
        new: &NewKey,
    ) -> Result<RequestedKey, WorkflowError> {
        let now = context.now;
        let kind = self.kind_of(tx, &new.holder).await?;
        if kind == PrincipalKind::Developer {
            return Err(fault(
                "/principal",
                "not_for_developers",
                ("un desarrollador toma su llave", "a developer takes a free key"),
            ));
        }
        if let Holder::New { name, .. } = &new.holder
            && let Some(row) = tx.query_opt(statements::same_name, &[&kind.code(), name, &now]).await?
        {
            let id: String = row.try_get("id")?;
            return Err(WorkflowError::refused(
                "conflict",
                format!(
                    "ya hay alguien con ese nombre y una llave viva ({id}): pida otra llave para esa persona, o distinga el nombre"
                ),
                format!("somebody of that name has a living key ({id}): request another key for them, or tell the names apart"),
            ));
        }
        let (scopes, expires_at) = self.checked(tx, new, now).await?;
        let id = random::digits(ID_CHARS)?;
        let by = MadeBy { principal: Some(&context.actor.principal), ..MadeBy::default() };
        let row = KeyRow { id: &id, kind, mac: None };
        let (principal, pending) = self.insert(tx, &row, &new.holder, &scopes, (now, expires_at), by).await?;
        let take_until = keys::after(now, SignedDuration::from_hours(24 * CODE_DAYS))?.min(expires_at);
        Ok(RequestedKey { id, principal, kind, expires_at, take_until, pending })
    }

    /// The answer with the code that takes the key, which is kept nowhere.
    pub fn with_key_code(&self, reply: Reply) -> Result<Reply, WorkflowError> {
        let unreadable = |error| WorkflowError::machine("a kept answer cannot be read", error);
        let mut body: serde_json::Value = serde_json::from_str(&reply.body).map_err(unreadable)?;
        let Some(code) = body["data"]["id"].as_str().map(|id| self.code_of(id)) else {
            return Err(WorkflowError::machine("a kept answer names no key", reply.body));
        };
        body["data"]["code"] = code.into();
        Ok(Reply { body: body.to_string(), ..reply })
    }

    /// The owner takes the key, and sees its secret this one time.
    ///
    /// # Errors
    /// `not_found` when the code is none or its time is over, `conflict` when the key was taken, `too_many_requests` after many tries.
    pub async fn take_key(
        &self,
        code: &str,
        network: u128,
        request_id: &str,
        now: Timestamp,
    ) -> Result<(MadeKey, String), WorkflowError> {
        self.sign_ins.take_of(TRIES_PER_NETWORK, &format!("code {network}")).map_err(|seconds| {
            WorkflowError::too_many("demasiados intentos; espere un minuto", "too many tries; wait a minute", seconds)
        })?;
        let id = self.id_in(code).ok_or_else(no_such_code)?;
        let since = keys::after(now, SignedDuration::from_hours(-24 * CODE_DAYS))?;
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        tx.query(statements::lock_keys, &[&keys::LOCK]).await?;
        let row = tx.query_opt(statements::lock_requested_key, &[&id, &now, &since]).await?.ok_or_else(no_such_code)?;
        if row.try_get::<_, Option<Timestamp>>("taken_at")?.is_some() {
            return Err(WorkflowError::refused(
                "conflict",
                "alguien ya tomó esa llave; si no fue usted, avise a quien se la dio: hay que revocarla",
                "somebody has taken that key; if it was not you, say so to whoever gave you the code: it has to be revoked",
            ));
        }
        if !row.try_get::<_, bool>("waits")? {
            return Err(no_such_code());
        }
        let (name, kind): (String, String) = (row.try_get("name")?, row.try_get("kind")?);
        let kind = PrincipalKind::from_code(&kind).ok_or_else(|| corrupt("principal", &kind))?;
        let key = ApiKey { kind, id, secret: random::digits(SECRET_CHARS)? };
        let mac = self.secrets.mac(&key.secret);
        tx.execute(statements::take_key, &[&key.id, &mac.as_slice(), &now]).await?;
        let (principal, expires_at, pending) =
            (row.try_get("principal_id")?, row.try_get("expires_at")?, row.try_get("pending")?);
        let made = MadeKey { key, principal, expires_at, pending };
        let entry = NewAuditEntry {
            at: now,
            principal: Some(&made.principal),
            key: Some(&made.key.id),
            actor: &name,
            action: "take_key",
            subject: &made.key.id,
            reason: None,
            request_id,
            details: keys::details(&made),
        };
        audit::record(&tx, &entry).await?;
        tx.commit().await?;
        Ok((made, name))
    }

    /// Whoever makes keys revokes any; everybody else their own. Never the one that it is requested with.
    ///
    /// # Errors
    /// `not_found` when there is no such living key, or it is somebody else's; `conflict` for the very key.
    pub async fn revoke_key_of(
        &self,
        context: &CommandContext,
        id: &str,
        reason: &str,
        render: Render<'_, RevokedKey>,
    ) -> Result<Reply, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        tx.query(statements::lock_keys, &[&keys::LOCK]).await?;
        let holder = tx.query_opt(statements::holder_of_key, &[&id, &context.now]).await?;
        let holder: Option<String> = holder.map(|row| row.try_get("principal_id")).transpose()?;
        let may = context.actor.has(Scope::KeysAdmin) || holder.as_deref() == Some(context.actor.principal.as_str());
        let Some(holder) = holder.filter(|_| may) else {
            return Err(WorkflowError::not_found("la llave viva", "live key", id));
        };
        if id == context.actor.key {
            return Err(WorkflowError::refused(
                "conflict",
                "una llave no se revoca con ella misma: use otra llave suya, o pídalo a un operador",
                "a key is not revoked with itself: use another key of yours, or ask an operator",
            ));
        }
        tx.execute(statements::revoke_key, &[&id, &context.now]).await.map_err(StoreError::from)?;
        keys::tell_of_revoking(&tx, &holder, id, context.now).await?;
        let revoked = RevokedKey { id: id.to_owned(), revoked_at: context.now };
        let reply = Reply { status: 200, location: None, body: render(&revoked) };
        let details = json!({"principal": holder});
        context
            .finish_own(&tx, &AuditedAction { action: "revoke_key", subject: id, reason: Some(reason), details }, &reply)
            .await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// The keys that somebody may see: those who make, confirm or audit keys see everybody's (but free ones), others their own.
    ///
    /// # Errors
    /// When the database cannot say.
    pub async fn keys_seen_by(&self, actor: &Actor) -> Result<Vec<ListedKey>, WorkflowError> {
        let sees_all = SEES_ALL.iter().any(|scope| actor.has(*scope));
        self.list_keys(Some((&actor.principal, sees_all))).await
    }

    fn code_of(&self, id: &str) -> String {
        let digits = hex(&self.secrets.mac(&code_text(id)));
        format!("{id}-{}", digits.get(..CODE_DIGITS).unwrap_or_default())
    }

    /// The key that a code takes, however it was broken up by spaces. In constant time.
    fn id_in(&self, code: &str) -> Option<String> {
        let code: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
        let (id, digits) = code.split_once('-')?;
        let is_id = id.len() == ID_CHARS && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let right = self.code_of(id);
        let is_right = self.secrets.is_mac_of(&self.secrets.mac(&format!("{id}-{digits}")), &right);
        (is_id && is_right).then(|| id.to_owned())
    }
}

/// What is keyed for a code: never the text of a key's secret.
fn code_text(id: &str) -> String {
    format!("key-code\n{id}")
}

fn no_such_code() -> WorkflowError {
    WorkflowError::refused(
        "not_found",
        "ese código no sirve: está mal escrito, o pasó su plazo de siete días",
        "that code does not work: it is not written right, or its seven days are over",
    )
}

fn fault(pointer: &str, code: &'static str, (es, en): (&str, &str)) -> WorkflowError {
    WorkflowError::unprocessable(vec![RefusalFault::new(pointer, code, es, en)])
}

/// What the command line says with codes of its own, as the network knows it.
fn over_the_network(error: WorkflowError) -> WorkflowError {
    let WorkflowError::Refused(refusal) = error else { return error };
    let pointer = match refusal.code {
        "scope_outside_kind" | "life_too_long" => "/days",
        "unfit_name" => "/name",
        "nit_and_kind" => "/nit",
        "two_live_keys" => return WorkflowError::Refused(Refusal { code: "conflict", ..refusal }),
        _ => return WorkflowError::Refused(refusal),
    };
    WorkflowError::unprocessable(vec![RefusalFault::new(pointer, refusal.code, refusal.es, refusal.en)])
}
