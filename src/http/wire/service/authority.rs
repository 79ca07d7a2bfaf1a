//! Principals, public keys and the audit log, on the wire.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::access::principal::Actor,
    read_model::service::audit::{AuditEntry, LivingKey, PublicKey},
    workflow::access::{key_confirmation::ConfirmedKey, sessions::ListedSession},
};

/// A key that signs receipts and dossiers here, or once did (Ed25519; signatures are compact JWS, RFC 7515 with `EdDSA`).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PublicKeyBody {
    /// Stands in the header of every signature.
    #[schema(example = "3f0c9a7be1d2465f")]
    pub kid: String,
    #[schema(example = "Ed25519")]
    pub algorithm: &'static str,
    /// 32 bytes, base64url without padding (the `x` of an RFC 8037 key).
    pub public_key: String,
    #[schema(format = DateTime)]
    pub first_used_at: String,
}

/// The principal behind the key that was sent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ActorBody {
    pub principal: String,
    /// The key's public id.
    pub key: String,
    /// reporter, regulator, operator, auditor or developer.
    #[schema(example = "regulator")]
    pub kind: &'static str,
    pub name: String,
    /// NIT without its check digit; reporters only.
    pub nit: Option<String>,
    pub scopes: Vec<&'static str>,
    /// The principal's living keys, oldest first, also those that wait for their confirmation.
    pub keys: Vec<LivingKeyBody>,
}

/// A living key of a principal. Its secret is nowhere.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LivingKeyBody {
    /// Its public id.
    pub id: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// Who made it; null: the owner of the machine, or the developer who took it.
    pub created_by: Option<PrincipalBody>,
    /// `confirmed`; `pending` (it opens nothing until a second person confirms it); `not_needed`: not a regulator's, or older than the rule.
    #[schema(example = "confirmed")]
    pub confirmation: &'static str,
    #[schema(format = DateTime)]
    pub confirmed_at: Option<String>,
    /// Who confirmed it; null in a confirmed one: the owner of the machine.
    pub confirmed_by: Option<PrincipalBody>,
}

/// A principal by id and name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PrincipalBody {
    pub principal: String,
    pub name: String,
}

/// A regulator's key that a second person confirmed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConfirmedKeyBody {
    /// The key's public id.
    pub id: String,
    pub principal: String,
    #[schema(example = "regulator")]
    pub kind: String,
    /// Its holder.
    pub name: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// The principal who made it.
    pub created_by: Option<String>,
    #[schema(format = DateTime)]
    pub confirmed_at: String,
    /// The principal who confirmed it; null: the owner of the machine.
    pub confirmed_by: Option<String>,
    #[schema(format = DateTime)]
    pub expires_at: String,
}

/// A session of a person in a browser (sesión).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SessionBody {
    #[schema(example = "s7Hq2LxV0aB")]
    pub id: String,
    /// What the browser calls itself (`User-Agent`); null where it does not say.
    pub browser: Option<String>,
    #[schema(format = DateTime)]
    pub begun_at: String,
    #[schema(format = DateTime)]
    pub seen_at: String,
    /// When it ends if it is not used.
    #[schema(format = DateTime)]
    pub idle_until: String,
    /// When it ends however much it is used.
    #[schema(format = DateTime)]
    pub ends_at: String,
}

/// Sessions that ended.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EndedSessionsBody {
    #[schema(example = 2)]
    pub ended: u64,
}

/// One act of a principal. Each hash covers the entry before, so that a removed or altered entry shows.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditBody {
    /// Without gaps, in the order of commits: read on from the last one you have.
    pub position: i64,
    #[schema(format = DateTime)]
    pub at: String,
    /// Null: the person at the machine, or the service itself.
    pub principal: Option<String>,
    pub key: Option<String>,
    /// A name for people.
    pub actor: String,
    #[schema(example = "approve_act_draft")]
    pub action: String,
    pub subject: String,
    pub reason: Option<String>,
    pub request_id: String,
    #[schema(value_type = Object)]
    pub details: serde_json::Value,
    pub previous_hash: String,
    /// SHA-256 of the previous hash, a line break and the compact JSON array [position, at, principal, key, actor, action, subject,
    /// reason, request_id, details].
    pub hash: String,
}

impl From<&PublicKey> for PublicKeyBody {
    fn from(key: &PublicKey) -> Self {
        let public_key = URL_SAFE_NO_PAD.encode(&key.bytes);
        Self { kid: key.kid.clone(), algorithm: "Ed25519", public_key, first_used_at: key.first_used_at.to_string() }
    }
}

impl From<&ListedSession> for SessionBody {
    fn from(session: &ListedSession) -> Self {
        let ListedSession { id, agent, times } = session;
        Self {
            id: id.clone(),
            browser: Some(agent.clone()).filter(|agent| !agent.is_empty()),
            begun_at: times.begun_at.to_string(),
            seen_at: times.seen_at.to_string(),
            idle_until: times.idle_until().to_string(),
            ends_at: times.ends_at.to_string(),
        }
    }
}

impl From<&(String, String)> for PrincipalBody {
    fn from((principal, name): &(String, String)) -> Self {
        Self { principal: principal.clone(), name: name.clone() }
    }
}

impl From<&LivingKey> for LivingKeyBody {
    fn from(key: &LivingKey) -> Self {
        Self {
            id: key.id.clone(),
            created_at: key.created_at.to_string(),
            expires_at: key.expires_at.to_string(),
            created_by: key.created_by.as_ref().map(PrincipalBody::from),
            confirmation: match (key.needs_confirmation, key.confirmed_at) {
                (false, _) => "not_needed",
                (true, None) => "pending",
                (true, Some(_)) => "confirmed",
            },
            confirmed_at: key.confirmed_at.map(|at| at.to_string()),
            confirmed_by: key.confirmed_by.as_ref().map(PrincipalBody::from),
        }
    }
}

impl From<&ConfirmedKey> for ConfirmedKeyBody {
    fn from(key: &ConfirmedKey) -> Self {
        Self {
            id: key.id.clone(),
            principal: key.principal.clone(),
            kind: key.kind.clone(),
            name: key.name.clone(),
            created_at: key.created_at.to_string(),
            created_by: key.created_by.clone(),
            confirmed_at: key.confirmed_at.to_string(),
            confirmed_by: key.confirmed_by.clone(),
            expires_at: key.expires_at.to_string(),
        }
    }
}

impl ActorBody {
    pub fn new(actor: &Actor, keys: &[LivingKey]) -> Self {
        Self {
            principal: actor.principal.clone(),
            key: actor.key.clone(),
            kind: actor.kind.code(),
            name: actor.name.clone(),
            nit: actor.nit.clone(),
            scopes: actor.scopes.iter().map(|scope| scope.code()).collect(),
            keys: keys.iter().map(LivingKeyBody::from).collect(),
        }
    }
}

impl From<&AuditEntry> for AuditBody {
    fn from(entry: &AuditEntry) -> Self {
        let entry = entry.clone();
        Self {
            position: entry.position,
            at: entry.at.to_string(),
            principal: entry.principal,
            key: entry.key,
            actor: entry.actor,
            action: entry.action,
            subject: entry.subject,
            reason: entry.reason,
            request_id: entry.request_id,
            details: entry.details,
            previous_hash: entry.previous_hash,
            hash: entry.hash,
        }
    }
}
