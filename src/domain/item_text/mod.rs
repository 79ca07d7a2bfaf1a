//! Reads a line of text that names a medicine, finds every presentation that contradicts nothing of it, and says what all of them agree on.
//!
//! Invariant: nothing is ranked and nothing guessed. What cannot be read is left; the set of candidates only shrinks by what was read;
//! a verdict is one that every candidate, unit, place and price has alike, by the one judge (`domain/verdict`).
pub mod amount;
mod build;
pub mod candidates;
pub mod codes;
mod contradicts;
pub mod form;
mod lexeme;
pub(crate) mod line_reason;
pub mod line_verdict;
mod not_medicine;
mod numbers;
pub mod presentation;
pub mod read;
pub mod token;
pub mod unit;
pub mod vocabulary;
mod word_lists;

#[cfg(test)]
mod tests;
