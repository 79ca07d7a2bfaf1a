//! What needs neither PostgreSQL nor a socket: the domain, the publishers' files, dossiers, drawings, and the shape of the source tree.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod architecture;
mod contract;
mod dossier;
mod drawings;
mod generate;
mod holidays;
mod ingest;
mod installed;
mod invoices;
mod item_texts;
mod label_command;
mod migrations;
mod ocds;
mod price_statistics;
mod purchase_figures;
mod search_quality;
mod search_recall;
mod validation_rules;
mod verdict_vectors;

#[path = "../kit/mod.rs"]
#[expect(dead_code, reason = "only what reads files is needed here")]
mod kit;
