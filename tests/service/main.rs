//! The whole service, black-box: a real PostgreSQL with the sample, real sockets, every answer held against the document.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod acts_day;
mod atom;
mod audit;
mod authority;
#[path = "../ingest_support/book.rs"]
mod book;
mod cases;
mod changes;
mod check;
mod compliance;
mod conformance;
mod database_gone;
mod document;
mod edge;
mod examples;
mod exports;
mod fuzz;
mod keys;
mod memory;
mod money;
mod operations;
mod pages;
mod people;
mod publication_race;
mod rates;
mod reference;
mod server;
mod submission_forms;
mod submissions;
#[path = "../support/mod.rs"]
mod support;
mod watches;
mod webhook_receiver;
