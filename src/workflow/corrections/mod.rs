//! Corrections of lines of purchases: anybody sends one, and it is answered in the term of the law.

pub(crate) mod answering;
mod held;
pub(crate) mod receiving;
