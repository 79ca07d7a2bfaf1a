//! The two hashes of a Merkle log, kept apart by their first byte (RFC 9162, 2.1.1).

use sha2::{Digest, Sha256};

/// SHA-256.
pub type Hash = [u8; 32];

/// Of a leaf: SHA-256(0x00 || data).
pub fn leaf_hash(data: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(data).finalize().into()
}

/// Of two subtrees: SHA-256(0x01 || left || right).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// Of a log without leaves: SHA-256 of nothing.
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}
