//! A regulator's whole day with the real program: keys, an act by two persons, a submission, a case, a dossier checked offline.
//! The commands about imports are tried with the real program too.
//! What was said and answered is the tutorial in `docs/`: `UPDATE_SNAPSHOTS=1` writes it anew.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#[path = "../service/conformance.rs"]
mod conformance;
mod day;
mod imports;
mod program;
#[path = "../service/server.rs"]
#[expect(dead_code, reason = "only its client is needed: the server is the program")]
mod server;
#[path = "../support/mod.rs"]
mod support;
mod transcript;
