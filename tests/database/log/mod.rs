//! The Merkle log: what is in it, that it grows with what it speaks of, its proofs, and forty ways to rewrite the database that it shows.

mod corruptions;
mod forging;
mod growing;
mod stage;
