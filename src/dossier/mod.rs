//! The evidence bundle of a case: one zip that anybody can check offline, made and checked by pure functions.
//!
//! `case.json` says everything; all other files are copies of parts of it for people, and the manifest seals them.
pub mod build;
pub(crate) mod consistency;
pub mod container;
pub(crate) mod evidence;
pub mod files;
mod history;
pub mod json;
pub mod page;
mod page_rows;
mod page_text;
pub mod report;
pub mod seal;
pub mod verify;
pub(crate) mod worksheet_reader;

/// The version of the content of `case.json` and of the layout of the bundle.
pub(crate) const FORMAT: &str = "termometro-dossier/1";
