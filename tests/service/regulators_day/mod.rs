//! A regulator's whole day with the real program: keys, an act by two persons, a submission, a case, a dossier checked offline.
//! The commands about imports are tried with the real program too.
//! What was said and answered is the tutorial in `docs/`: `UPDATE_SNAPSHOTS=1` writes it anew.
mod day;
mod imports;
mod transcript;
