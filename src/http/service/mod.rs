//! Health, metrics and the document's pages.

pub mod health;
pub mod swagger_ui;
