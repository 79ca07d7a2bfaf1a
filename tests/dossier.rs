//! The evidence bundle: what is made is accepted by both programs that check it, and nothing altered is.
#[cfg(test)]
mod dossier {
    pub mod case;
    pub mod forge;
    pub mod python;

    mod bundle;
    mod edits;
    mod flips;
    mod program;
}
