//! Petitions, the terms in which they are answered, and how much people take part.

pub mod indicators;
pub mod petition;
