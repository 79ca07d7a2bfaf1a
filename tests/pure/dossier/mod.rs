//! The evidence bundle: what is made is accepted by both programs that check it, and nothing altered is.
mod bundle;
mod case;
mod edits;
mod flips;
pub mod forge;
mod program;
mod python;
