//! The Merkle log on the wire: heads, leaves and proofs, with hashes in hexadecimal digits.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::merkle::hash::Hash,
    read_model::service::log::{ConsistencyProof, InclusionProof, LogEntry, SignedHead},
    text::hex::hex,
};

/// A signed head of the log.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LogHeadBody {
    /// How many leaves there are.
    #[schema(example = 1234)]
    pub size: i64,
    /// The hash of all of them (RFC 9162, 2.1.1).
    pub root: String,
    #[schema(format = DateTime)]
    pub signed_at: String,
    /// Names the key that signed, one of `/v1/keys`.
    #[schema(example = "3f0c9a7be1d2465f")]
    pub kid: String,
    /// Compact JWS (RFC 7515, `EdDSA`) over the JSON object `{"format":"termometro-log-head/1","size":…,"root":"…","at":"…"}`.
    pub signed_head: String,
}

/// A leaf of the log.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LogEntryBody {
    /// From 0, without gaps.
    pub index: i64,
    /// SHA-256 of a zero byte and the content.
    pub hash: String,
    /// The content, byte for byte: a compact JSON object in UTF-8 whose first member is `kind`.
    #[schema(example = r#"{"kind":"receipt","sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}"#)]
    pub entry: String,
}

/// That a leaf is in the log of the first `size` leaves.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InclusionBody {
    pub index: u64,
    pub size: u64,
    pub leaf_hash: String,
    /// The root that the proof leads to.
    pub root: String,
    /// From the leaf's sister upwards.
    pub proof: Vec<String>,
}

/// That the log of `second` leaves begins with that of `first`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConsistencyBody {
    pub first: u64,
    pub second: u64,
    pub first_root: String,
    pub second_root: String,
    pub proof: Vec<String>,
}

/// Where a thing stands in the log.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LeafBody {
    pub index: i64,
    /// SHA-256 of a zero byte and the leaf's content.
    pub hash: String,
}

pub fn hash_from_text(text: &str) -> Option<Hash> {
    let mut hash = Hash::default();
    if text.len() != 2 * hash.len() {
        return None;
    }
    for (at, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(hash)
}

fn texts(hashes: &[Hash]) -> Vec<String> {
    hashes.iter().map(|hash| hex(hash)).collect()
}

impl From<&SignedHead> for LogHeadBody {
    fn from(head: &SignedHead) -> Self {
        Self {
            size: head.size,
            root: hex(&head.root),
            signed_at: head.at.to_string(),
            kid: head.kid.clone(),
            signed_head: head.signed.clone(),
        }
    }
}

impl From<&LogEntry> for LogEntryBody {
    fn from(leaf: &LogEntry) -> Self {
        Self { index: leaf.index, hash: hex(&leaf.hash), entry: leaf.entry.clone() }
    }
}

impl From<&InclusionProof> for InclusionBody {
    fn from(proof: &InclusionProof) -> Self {
        let InclusionProof { index, size, leaf, root, hashes } = proof;
        Self { index: *index, size: *size, leaf_hash: hex(leaf), root: hex(root), proof: texts(hashes) }
    }
}

impl From<&ConsistencyProof> for ConsistencyBody {
    fn from(proof: &ConsistencyProof) -> Self {
        let ConsistencyProof { first, second, first_root, second_root, hashes } = proof;
        let (first_root, second_root) = (hex(first_root), hex(second_root));
        Self { first: *first, second: *second, first_root, second_root, proof: texts(hashes) }
    }
}
