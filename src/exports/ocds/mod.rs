//! Public purchases and contracts as releases of the Open Contracting Data Standard 1.1, with its medicine extension.
pub mod build;
mod medicine;
pub mod release;
