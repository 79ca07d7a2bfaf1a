//! The whole service, black-box: a real PostgreSQL with the sample, real sockets, every answer held against the document.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#[macro_use]
mod expected;
mod acts_day;
mod atom;
mod audit;
mod authority;
mod cache;
mod cases;
mod changes;
mod check;
mod checks;
mod codes;
mod compliance;
mod database_gone;
mod developers;
mod document;
mod doubts;
mod draft_race;
mod edge;
mod examples;
mod exchange_rates;
mod exports;
mod exports_by_period;
mod feed_watches;
mod feeds;
mod financing;
mod fuzz;
mod group_pages;
mod headers;
mod invoice_checks;
mod item_texts;
mod keys;
mod languages;
mod large_submissions;
mod money;
mod operations;
mod oversight;
mod page_addresses;
mod pages;
mod publication_race;
mod rates;
mod reference;
mod regulators;
mod regulators_day;
mod reporters;
mod rim;
mod sample;
mod search;
mod sessions;
mod spreadsheets;
mod stage;
mod submission_forms;
mod submissions;
mod texts;
mod two_persons;
mod value_codes;
mod vital_authorisations;
mod watch_bounds;
mod watches;
mod webhook_receiver;

#[path = "../kit/mod.rs"]
#[expect(dead_code, reason = "only files that people send are needed here, not the publishers'")]
mod kit;
use kit::{book, client, people, server, support};
