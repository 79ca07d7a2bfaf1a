//! JSON of petitions, the board and the ladder.

pub(crate) mod indicators;
pub(crate) mod petition;
pub(crate) mod sent;
