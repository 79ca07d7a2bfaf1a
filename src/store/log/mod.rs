//! The Merkle log as rows: what its leaves say, how they are added, the signed heads, and its check against the tables.

pub mod append;
pub mod check;
pub(crate) mod digest;
pub(crate) mod entries;
pub mod heads;
pub(crate) mod subtrees;
