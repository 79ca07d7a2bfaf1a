//! Creates, revokes and lists keys on the machine itself. Its owner creates a key that makes keys whenever none is alive.

use deadpool_postgres::Transaction;
use jiff::{SignedDuration, Timestamp, civil::Date};
use serde_json::json;

use crate::{
    domain::{
        access::principal::{Actor, PrincipalKind, Scope},
        identifier::{
            api_key::{ApiKey, ID_CHARS, SECRET_CHARS},
            characters::{TextKind, unfit},
        },
    },
    store::{
        postgres::{
            error::{StoreError, corrupt},
            statements,
        },
        transaction::audit::{self, NewAuditEntry},
    },
    workflow::{
        Workflow,
        common::{error::WorkflowError, random},
        mail::outbox::{self, MailKind, NewMail},
    },
};

pub(crate) const LOCK: i64 = 0x7465_726d_6f04;
/// A principal changes keys without a gap: the old one and the new one.
const LIVE_KEYS_MAX: i64 = 2;
const BOOTSTRAP_HOURS: i64 = 24;
/// Who stands as `actor` in the audit log and is no principal.
const RESERVED_NAMES: [&str; 3] = ["host", "service", "developer"];

/// The holder of a new key.
pub enum Holder {
    Known(String),
    New { kind: PrincipalKind, name: String, company: Option<Company> },
}

/// The company behind a reporter.
pub struct Company {
    /// Digits without check digit.
    pub nit: String,
    pub actor: String,
    pub obliged_from: Date,
}

pub struct NewKey {
    pub holder: Holder,
    /// `None`: all that its kind can hold.
    pub scopes: Option<Vec<Scope>>,
    pub days: i32,
}

/// By whom, or for which network, a key is made; neither: the owner of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct MadeBy<'a> {
    pub principal: Option<&'a str>,
    pub network: Option<&'a str>,
    /// It stands for somebody whom an identity provider knows.
    pub for_identity: bool,
}

/// A key as it is stored; without `mac` it opens nothing yet.
pub(super) struct KeyRow<'a> {
    pub id: &'a str,
    pub kind: PrincipalKind,
    pub mac: Option<[u8; 32]>,
}

/// A new key: the only time its secret is shown.
#[derive(Debug)]
pub struct MadeKey {
    pub key: ApiKey,
    pub principal: String,
    pub expires_at: Timestamp,
    /// A regulator's key opens nothing until a second person confirms it.
    pub pending: bool,
}

/// A key as it is listed.
#[derive(Clone, Debug)]
pub struct ListedKey {
    pub id: String,
    pub principal: String,
    pub kind: String,
    pub name: String,
    pub nit: Option<String>,
    pub scopes: Vec<String>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
    /// It waits for a second person.
    pub pending: bool,
    /// The principal who made it; `None`: the owner of the machine, or the developer who took it.
    pub created_by: Option<String>,
    pub created_by_name: Option<String>,
    pub needs_confirmation: bool,
    pub confirmed_at: Option<Timestamp>,
    pub confirmed_by: Option<String>,
    pub confirmed_by_name: Option<String>,
    /// It was requested, and its owner has not taken it yet.
    pub untaken: bool,
    /// When its owner took it; `None` with a secret: made on the machine.
    pub taken_at: Option<Timestamp>,
    /// The day in Colombia on which it last opened something.
    pub last_used_on: Option<Date>,
    /// The person of a provider for whom it stands: issuer and subject.
    pub identity: Option<(String, String)>,
}

impl Workflow {
    /// A key for making others, for one day, by the owner of the machine: only while no living key makes keys.
    pub async fn bootstrap(&self, now: Timestamp) -> Result<MadeKey, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        tx.query(statements::lock_keys, &[&LOCK]).await?;
        let row = tx.query_one(statements::living_admin_key, &[&now, &self.secrets.pepper_id]).await?;
        if row.try_get::<_, Option<Timestamp>>("last_end")?.is_some() {
            return Err(WorkflowError::refused(
                "already_bootstrapped",
                "hay una llave viva que hace llaves: use `keys create` con ella",
                "a living key makes keys: use `keys create` with it (if it is lost, `keys revoke --as-host` first)",
            ));
        }
        let holder = Holder::New { kind: PrincipalKind::Operator, name: "bootstrap".to_owned(), company: None };
        let expires_at = after(now, SignedDuration::from_hours(BOOTSTRAP_HOURS))?;
        let made = self.make(&tx, &holder, &[Scope::KeysAdmin], (now, expires_at), MadeBy::default()).await?;
        record(&tx, None, now, "bootstrap_keys", &made).await?;
        tx.commit().await?;
        Ok(made)
    }

    /// # Errors
    /// A third live key, a scope outside the kind, a life too long, an unknown holder.
    pub async fn create_key(&self, by: &Actor, new: &NewKey, now: Timestamp) -> Result<MadeKey, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        tx.query(statements::lock_keys, &[&LOCK]).await?;
        let (scopes, expires_at) = self.checked(&tx, new, now).await?;
        let made = self
            .make(&tx, &new.holder, &scopes, (now, expires_at), MadeBy { principal: Some(&by.principal), ..MadeBy::default() })
            .await?;
        record(&tx, Some(by), now, "create_key", &made).await?;
        tx.commit().await?;
        Ok(made)
    }

    /// What a new key may open, and until when.
    ///
    /// # Errors
    /// As `create_key`.
    pub(super) async fn checked(
        &self,
        tx: &Transaction<'_>,
        new: &NewKey,
        now: Timestamp,
    ) -> Result<(Vec<Scope>, Timestamp), WorkflowError> {
        let kind = self.kind_of(tx, &new.holder).await?;
        if let Holder::New { name, .. } = &new.holder
            && RESERVED_NAMES.iter().any(|reserved| name.trim().eq_ignore_ascii_case(reserved))
        {
            return Err(WorkflowError::refused(
                "unfit_name", "ese nombre es de la bitácora", "that name is one of the audit log's own",
            ));
        }
        allowed(kind, new, now)
    }

    pub async fn revoke_key(&self, by: &Actor, id: &str, reason: &str, now: Timestamp) -> Result<(), WorkflowError> {
        self.revoke(Some(by), id, reason, now).await
    }

    /// The owner of the machine revokes a key, when the one that makes keys is lost or stolen.
    pub async fn revoke_key_as_host(&self, id: &str, reason: &str, now: Timestamp) -> Result<(), WorkflowError> {
        self.revoke(None, id, reason, now).await
    }

    async fn revoke(&self, by: Option<&Actor>, id: &str, reason: &str, now: Timestamp) -> Result<(), WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        let holder = tx.query_opt(statements::holder_of_key, &[&id, &now]).await?;
        if tx.execute(statements::revoke_key, &[&id, &now]).await? == 0 {
            return Err(WorkflowError::not_found("la llave viva", "live key", id));
        }
        if let Some(holder) = holder {
            tell_of_revoking(&tx, holder.try_get("principal_id")?, id, now).await?;
        }
        let entry = entry(by, now, "revoke_key", id, Some(reason), json!({}));
        audit::record(&tx, &entry).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Every key, or those of one principal, with those of everybody but developers or without.
    pub(crate) async fn list_keys(&self, of: Option<(&str, bool)>) -> Result<Vec<ListedKey>, WorkflowError> {
        let (principal, others) = of.unzip();
        let mut connection = self.database.read_connection().await?;
        let rows = connection.query(statements::list_keys, &[&principal, &others.unwrap_or_default()]).await?;
        rows.iter().map(|row| listed(row).map_err(WorkflowError::from)).collect()
    }

    pub(super) async fn kind_of(&self, tx: &Transaction<'_>, holder: &Holder) -> Result<PrincipalKind, WorkflowError> {
        match holder {
            Holder::New { kind, .. } => Ok(*kind),
            Holder::Known(id) => {
                let row = tx.query_opt(statements::find_principal, &[id]).await?;
                let row = row.ok_or_else(|| WorkflowError::not_found("el principal", "principal", id))?;
                let code: &str = row.try_get("kind")?;
                Ok(PrincipalKind::from_code(code).ok_or_else(|| corrupt("principal", code))?)
            }
        }
    }

    pub(crate) async fn make(
        &self,
        tx: &Transaction<'_>,
        holder: &Holder,
        scopes: &[Scope],
        (now, expires_at): (Timestamp, Timestamp),
        by: MadeBy<'_>,
    ) -> Result<MadeKey, WorkflowError> {
        let key = ApiKey {
            kind: self.kind_of(tx, holder).await?,
            id: random::digits(ID_CHARS)?,
            secret: random::digits(SECRET_CHARS)?,
        };
        let row = KeyRow { id: &key.id, kind: key.kind, mac: Some(self.secrets.mac(&key.secret)) };
        let (principal, pending) = self.insert(tx, &row, holder, scopes, (now, expires_at), by).await?;
        Ok(MadeKey { key, principal, expires_at, pending })
    }

    /// A key with its secret, or without one; its principal, and whether it waits for a second person.
    pub(super) async fn insert(
        &self,
        tx: &Transaction<'_>,
        row: &KeyRow<'_>,
        holder: &Holder,
        scopes: &[Scope],
        (now, expires_at): (Timestamp, Timestamp),
        by: MadeBy<'_>,
    ) -> Result<(String, bool), WorkflowError> {
        let principal = match holder {
            Holder::Known(id) => id.clone(),
            Holder::New { kind, name, company } => register(tx, *kind, name, company.as_ref()).await?,
        };
        let live: i64 = tx.query_one(statements::live_keys, &[&principal, &now, &by.for_identity]).await?.try_get("live")?;
        if live >= LIVE_KEYS_MAX {
            return Err(WorkflowError::refused(
                "two_live_keys", "ya tiene dos llaves vivas: revoque una", "it has two live keys: revoke one",
            ));
        }
        let codes: Vec<&str> = scopes.iter().map(|scope| scope.code()).collect();
        let mac = row.mac.as_ref().map(<[u8; 32]>::as_slice);
        let pepper_id = &self.secrets.pepper_id;
        let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
            &[&row.id, &principal, &row.kind.code(), &codes, pepper_id, &mac, &now, &expires_at, &by.principal, &by.network];
        let pending = tx.query_one(statements::insert_key, params).await?.try_get("pending")?;
        // However it was made: whoever did not want it has to hear of it.
        let mail = NewMail { kind: MailKind::KeyRequested, subject: row.id, version: 0, detail: "" };
        outbox::to_person(tx, &principal, &mail, now).await?;
        Ok((principal, pending))
    }
}

/// Whoever held the key hears that it opens nothing any more.
pub(super) async fn tell_of_revoking(tx: &Transaction<'_>, holder: &str, id: &str, now: Timestamp) -> Result<(), StoreError> {
    let mail = NewMail { kind: MailKind::KeyRevoked, subject: id, version: 0, detail: "" };
    outbox::to_person(tx, holder, &mail, now).await
}

/// The scopes and the last instant of a new key, within what its kind can have.
pub(super) fn allowed(kind: PrincipalKind, new: &NewKey, now: Timestamp) -> Result<(Vec<Scope>, Timestamp), WorkflowError> {
    let scopes = new.scopes.clone().unwrap_or_else(|| kind.scopes().to_vec());
    if scopes.is_empty() || scopes.iter().any(|scope| !kind.scopes().contains(scope)) {
        let held: Vec<&str> = kind.scopes().iter().map(|scope| scope.code()).collect();
        let held = held.join(", ");
        return Err(WorkflowError::refused(
            "scope_outside_kind",
            format!("{kind} admite: {held}"),
            format!("{kind} can hold: {held}"),
        ));
    }
    if new.days < 1 || new.days > kind.days_max() {
        let most = kind.days_max();
        return Err(WorkflowError::refused("life_too_long", format!("de 1 a {most} días"), format!("1 to {most} days")));
    }
    Ok((scopes, after(now, SignedDuration::from_hours(24 * i64::from(new.days)))?))
}

async fn register(
    tx: &Transaction<'_>,
    kind: PrincipalKind,
    name: &str,
    company: Option<&Company>,
) -> Result<String, WorkflowError> {
    if (kind == PrincipalKind::Reporter) != company.is_some() {
        return Err(WorkflowError::refused(
            "nit_and_kind", "un informante lleva NIT, y solo un informante", "a reporter has a NIT, and nobody else has",
        ));
    }
    if unfit(name, TextKind::Line).is_some() {
        return Err(WorkflowError::refused(
            "unfit_name",
            "un nombre no lleva saltos de línea ni caracteres de control, invisibles o de dirección",
            "a name has no line breaks, and no control characters, invisible marks or marks of direction",
        ));
    }
    if let Some(Company { nit, actor, obliged_from }) = company {
        tx.execute(statements::insert_reporter, &[nit, &name, actor, obliged_from]).await?;
    }
    let id = random::id('p')?;
    let nit = company.map(|company| company.nit.as_str());
    tx.execute(statements::insert_principal, &[&id, &kind.code(), &name, &nit]).await?;
    Ok(id)
}

pub(crate) fn after(now: Timestamp, duration: SignedDuration) -> Result<Timestamp, WorkflowError> {
    now.checked_add(duration).map_err(|error| WorkflowError::machine("the clock is at its end", error))
}

async fn record(
    tx: &Transaction<'_>,
    by: Option<&Actor>,
    now: Timestamp,
    action: &'static str,
    made: &MadeKey,
) -> Result<(), WorkflowError> {
    audit::record(tx, &entry(by, now, action, &made.key.id, None, details(made))).await?;
    Ok(())
}

pub(crate) fn details(made: &MadeKey) -> serde_json::Value {
    json!({"principal": made.principal, "kind": made.key.kind.code(), "expires_at": made.expires_at.to_string()})
}

pub(crate) fn entry<'a>(
    by: Option<&'a Actor>,
    now: Timestamp,
    action: &'static str,
    subject: &'a str,
    reason: Option<&'a str>,
    details: serde_json::Value,
) -> NewAuditEntry<'a> {
    NewAuditEntry {
        at: now,
        principal: by.map(|actor| actor.principal.as_str()),
        key: by.map(|actor| actor.key.as_str()),
        actor: by.map_or("host", |actor| &actor.name),
        action,
        subject,
        reason,
        request_id: "command-line",
        details,
    }
}

fn listed(row: &tokio_postgres::Row) -> Result<ListedKey, tokio_postgres::Error> {
    let (issuer, subject): (Option<String>, Option<String>) = (row.try_get("issuer")?, row.try_get("subject")?);
    Ok(ListedKey {
        identity: issuer.zip(subject),
        id: row.try_get("id")?,
        principal: row.try_get("principal_id")?,
        kind: row.try_get("kind")?,
        name: row.try_get("name")?,
        nit: row.try_get("nit")?,
        scopes: row.try_get("scopes")?,
        created_at: row.try_get("created_at")?,
        expires_at: row.try_get("expires_at")?,
        revoked_at: row.try_get("revoked_at")?,
        pending: row.try_get("pending")?,
        created_by: row.try_get("created_by")?,
        created_by_name: row.try_get("created_by_name")?,
        needs_confirmation: row.try_get("needs_confirmation")?,
        confirmed_at: row.try_get("confirmed_at")?,
        confirmed_by: row.try_get("confirmed_by")?,
        confirmed_by_name: row.try_get("confirmed_by_name")?,
        untaken: row.try_get("untaken")?,
        taken_at: row.try_get("taken_at")?,
        last_used_on: row.try_get("last_used_on")?,
    })
}
