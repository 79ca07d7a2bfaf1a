//! A Merkle log as in RFC 6962 and RFC 9162: hashes, complete subtrees, proofs.
pub mod hash;
pub mod proof;
pub mod tree;
