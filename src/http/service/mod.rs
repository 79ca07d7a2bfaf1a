//! Health, metrics and the document's pages.

pub mod health;
pub(crate) mod swagger_ui;
