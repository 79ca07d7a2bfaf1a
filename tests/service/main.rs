//! The whole service, black-box: a real PostgreSQL with the sample, real sockets, every answer held against the document.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod acts_day;
mod atom;
mod audit;
mod authority;
#[path = "../ingest_support/book.rs"]
mod book;
mod cache;
mod cases;
mod changes;
mod check;
mod checks;
mod codes;
mod compliance;
mod conformance;
mod database_gone;
mod document;
mod doubts;
mod draft_race;
mod edge;
mod examples;
mod exports;
mod financing;
mod fuzz;
mod headers;
mod keys;
mod languages;
mod money;
mod operations;
mod pages;
mod people;
mod publication_race;
mod rates;
mod reference;
mod regulators;
mod sample;
mod server;
mod spreadsheets;
mod submission_forms;
mod submissions;
#[path = "../support/mod.rs"]
mod support;
mod texts;
mod two_persons;
mod watches;
mod webhook_receiver;
