//! The seal: a manifest with the size and SHA-256 of every file, and an Ed25519 signature over its bytes (RFC 7515, RFC 8037).
//! The signature is made in `workflow::common::secrets`, which alone has the key, and checked here.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::VerifyingKey;
use serde_json::{Value, json};

use super::{
    FORMAT,
    container::ZipEntry,
    files::{self, MANIFEST, PUBLIC_KEY, SIGNATURE},
    json::{pretty, strict},
    report::{DossierFault, FaultKind},
};
use crate::text::hex::sha256;

/// A signature by the service's signing key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Names the key.
    pub kid: String,
    pub public_key: [u8; 32],
    /// Compact, with exactly the header `{"alg":"EdDSA","kid":"…"}`.
    pub jws: String,
}

/// A parsed compact JWS, not yet verified.
pub struct Jws<'a> {
    pub kid: String,
    pub payload: Vec<u8>,
    signed: &'a str,
    signature: [u8; 64],
}

impl<'a> Jws<'a> {
    /// One spelling only: exactly the header that this service writes, and base64url without padding or spare bits.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
        let header = String::from_utf8(decode(header)?).ok()?;
        let kid = header.strip_prefix(r#"{"alg":"EdDSA","kid":""#)?.strip_suffix(r#""}"#)?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if kid.is_empty() || kid.len() > 100 || !kid.bytes().all(plain) {
            return None;
        }
        let signature = decode(signature)?.try_into().ok()?;
        Some(Self { kid: kid.to_owned(), payload: decode(payload)?, signed, signature })
    }

    pub(crate) fn is_signed_by(&self, public_key: &[u8; 32]) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(&self.signature);
        VerifyingKey::from_bytes(public_key).is_ok_and(|key| key.verify_strict(self.signed.as_bytes(), &signature).is_ok())
    }
}

/// The text of a public key, as it stands in `public-key.json` and after `--public-key`.
pub fn key_text(public_key: &[u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(public_key)
}

pub(crate) fn key_from_text(text: &str) -> Option<[u8; 32]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

pub fn public_key_file(kid: &str, public_key: &[u8; 32]) -> Vec<u8> {
    pretty(&json!({"kid": kid, "algorithm": "Ed25519", "public_key": key_text(public_key)}))
}

/// The manifest that these files must have.
pub fn manifest(content: &Value, entries: &[ZipEntry<'_>]) -> Result<Vec<u8>, DossierFault> {
    let listed = |entry: &ZipEntry<'_>| json!({"name": entry.name, "bytes": entry.data.len(), "sha256": sha256(&entry.data)});
    Ok(pretty(&json!({
        "format": FORMAT,
        "case": files::text(content, "/case/id")?,
        "generated_at": files::text(content, "/generated_at")?,
        "files": entries.iter().map(listed).collect::<Vec<_>>(),
    })))
}

/// Checks who signed the manifest; the public key, when the signature is right.
pub(crate) fn check_signature(
    manifest: &[u8],
    jws: &[u8],
    key_file: &[u8],
    pinned: Option<&[u8; 32]>,
) -> Result<(String, [u8; 32]), DossierFault> {
    let malformed = |file: &str| DossierFault::new(file, FaultKind::Malformed);
    let jws = std::str::from_utf8(jws).ok().and_then(Jws::parse).ok_or_else(|| malformed(SIGNATURE))?;
    let stated = strict(PUBLIC_KEY, key_file)?;
    let key = stated["public_key"].as_str().and_then(key_from_text).ok_or_else(|| malformed(PUBLIC_KEY))?;
    // Nothing in this file is free: its every byte follows from the key and its name.
    if public_key_file(&jws.kid, &key) != key_file {
        return Err(malformed(PUBLIC_KEY));
    }
    if pinned.is_some_and(|pinned| *pinned != key) {
        return Err(DossierFault::new(PUBLIC_KEY, FaultKind::OtherKey));
    }
    if jws.payload != manifest {
        return Err(DossierFault::new(MANIFEST, FaultKind::BadSignature));
    }
    if !jws.is_signed_by(&key) {
        return Err(DossierFault::new(SIGNATURE, FaultKind::BadSignature));
    }
    Ok((jws.kid, key))
}

/// Every file as the manifest says, and none beside it. Returns how many.
pub fn check_files(manifest: &[u8], sealed: &[ZipEntry<'_>]) -> Result<usize, DossierFault> {
    let stated = strict(MANIFEST, manifest)?;
    let listed = stated["files"].as_array().ok_or_else(|| DossierFault::new(MANIFEST, FaultKind::Malformed))?;
    for (listed, entry) in listed.iter().zip(sealed) {
        if listed["name"] != *entry.name {
            return Err(DossierFault::differs(MANIFEST, &listed["name"], &entry.name));
        }
        if listed["bytes"] != entry.data.len() {
            return Err(DossierFault::differs(&entry.name, &listed["bytes"], entry.data.len()));
        }
        if listed["sha256"] != *sha256(&entry.data) {
            return Err(DossierFault::differs(&entry.name, &listed["sha256"], sha256(&entry.data)));
        }
    }
    if listed.len() == sealed.len() {
        return Ok(sealed.len());
    }
    Err(DossierFault::differs(format!("{MANIFEST}#/files/length"), listed.len(), sealed.len()))
}
