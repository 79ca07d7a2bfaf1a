//! Finds the principal of an API key. A revoked key stops working within two seconds.

use jiff::{
    Timestamp,
    tz::{Offset, TimeZone},
};
use tokio_postgres::Row;

use crate::{
    domain::{
        access::principal::{Actor, PrincipalKind, Scope},
        identifier::api_key::ApiKey,
    },
    store::postgres::{
        error::{StoreError, corrupt},
        statements,
    },
    workflow::common::{error::WorkflowError, key_cache::StoredKey, workflow::Workflow},
};

/// Why a key was rejected. Only the log says it: clients get the same answer for all reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthFailure {
    NotAKey,
    Unknown,
    WrongSecret,
    OtherPepper,
    Expired,
    Revoked,
    /// A regulator's key that no second person has confirmed.
    Pending,
    /// A free key, which no page of work is for.
    NotForPages,
}

/// Where requests with a key are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyBucket {
    /// In the bucket of its holder.
    Of(String),
    /// No living key, as is known without the database.
    OpensNothing,
    /// No living key, as the database says.
    LookedForInVain,
    NotLookedFor,
}

impl Workflow {
    /// # Errors
    /// `Ok(Err(_))` when the key is rejected; `Err` when the database cannot say.
    pub async fn actor(&self, text: &str, now: Timestamp) -> Result<Result<Actor, AuthFailure>, WorkflowError> {
        Ok(self.living_key(text, now).await?.map(|stored| stored.actor))
    }

    /// Whose bucket the requests of a key come out of. Without `may_look` the database is queried only for keys that were found before.
    pub(crate) async fn bucket_of(&self, text: &str, may_look: bool, now: Timestamp) -> KeyBucket {
        let Ok(key) = ApiKey::parse(text) else { return KeyBucket::OpensNothing };
        let remembered = self.keys.get(&key.id).is_some() || self.keys.is_unknown(&key.id);
        if !remembered && !may_look && !self.keys.was_seen(&key.id) {
            return KeyBucket::NotLookedFor;
        }
        match self.living_key(text, now).await {
            Ok(Ok(stored)) => KeyBucket::Of(stored.bucket),
            _ if remembered => KeyBucket::OpensNothing,
            _ => KeyBucket::LookedForInVain,
        }
    }

    pub(super) async fn living_key(&self, text: &str, now: Timestamp) -> Result<Result<StoredKey, AuthFailure>, WorkflowError> {
        let Ok(key) = ApiKey::parse(text) else { return Ok(Err(AuthFailure::NotAKey)) };
        let stored = match self.keys.get(&key.id) {
            Some(stored) => stored,
            None if self.keys.is_unknown(&key.id) => return Ok(Err(AuthFailure::Unknown)),
            None => match self.look_up(&key.id).await? {
                Some(stored) => {
                    // Whoever confirms or takes a key tries it next: it must not be remembered as it was before.
                    if !stored.pending && !stored.mac.is_empty() {
                        self.keys.insert(&key.id, &stored);
                    }
                    self.note_use(&key, &stored, now);
                    stored
                }
                None => {
                    self.keys.insert_unknown(&key.id);
                    return Ok(Err(AuthFailure::Unknown));
                }
            },
        };
        Ok(self.admit(&key, stored, now))
    }

    /// Once a day, beside the request: no answer waits for it.
    fn note_use(&self, key: &ApiKey, stored: &StoredKey, now: Timestamp) {
        let today = now.to_zoned(TimeZone::fixed(Offset::constant(-5))).date();
        if stored.last_used_on >= Some(today) || self.admit(key, stored.clone(), now).is_err() {
            return;
        }
        let (database, id) = (self.database.clone(), key.id.clone());
        tokio::spawn(async move {
            let noted: Result<u64, StoreError> =
                async { Ok(database.write_connection().await?.execute(statements::note_key_use, &[&id, &today]).await?) }.await;
            if let Err(error) = noted {
                tracing::debug!(%error, "auth: day of a key's use not noted");
            }
        });
    }

    fn admit(&self, key: &ApiKey, stored: StoredKey, now: Timestamp) -> Result<StoredKey, AuthFailure> {
        if stored.pepper_id != self.secrets.pepper_id {
            return Err(AuthFailure::OtherPepper);
        }
        if !self.secrets.is_mac_of(&stored.mac, &key.secret) || stored.actor.kind != key.kind {
            return Err(AuthFailure::WrongSecret);
        }
        if stored.revoked {
            return Err(AuthFailure::Revoked);
        }
        if stored.expires_at <= now {
            return Err(AuthFailure::Expired);
        }
        if stored.pending {
            return Err(AuthFailure::Pending);
        }
        Ok(stored)
    }

    async fn look_up(&self, id: &str) -> Result<Option<StoredKey>, StoreError> {
        let row = self.database.read_connection().await?.query_opt(statements::find_key, &[&id]).await?;
        row.as_ref().map(stored_key).transpose()
    }
}

pub(super) fn stored_key(row: &Row) -> Result<StoredKey, StoreError> {
    let kind: &str = row.try_get("kind")?;
    let codes: Vec<&str> = row.try_get("scopes")?;
    let scopes = codes.iter().map(|code| Scope::from_code(code).ok_or_else(|| corrupt("api_key", code)));
    let revoked_at: Option<Timestamp> = row.try_get("revoked_at")?;
    let (principal, given_to): (String, Option<String>) = (row.try_get("principal_id")?, row.try_get("given_to")?);
    Ok(StoredKey {
        actor: Actor {
            principal: principal.clone(),
            key: row.try_get("id")?,
            kind: PrincipalKind::from_code(kind).ok_or_else(|| corrupt("principal", kind))?,
            name: row.try_get("name")?,
            nit: row.try_get("nit")?,
            scopes: scopes.collect::<Result<_, _>>()?,
        },
        pepper_id: row.try_get("pepper_id")?,
        mac: row.try_get::<_, Option<Vec<u8>>>("mac")?.unwrap_or_default(),
        expires_at: row.try_get("expires_at")?,
        revoked: revoked_at.is_some(),
        pending: row.try_get("pending")?,
        last_used_on: row.try_get("last_used_on")?,
        bucket: given_to.unwrap_or(principal),
    })
}
