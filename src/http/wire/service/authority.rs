//! Principals, public keys and the audit log, on the wire.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::access::principal::Actor,
    read_model::service::audit::{AuditEntry, PublicKey},
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

impl From<&Actor> for ActorBody {
    fn from(actor: &Actor) -> Self {
        Self {
            principal: actor.principal.clone(),
            key: actor.key.clone(),
            kind: actor.kind.code(),
            name: actor.name.clone(),
            nit: actor.nit.clone(),
            scopes: actor.scopes.iter().map(|scope| scope.code()).collect(),
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
