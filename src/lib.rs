//! Termómetro: the medicine price thermometer and price-regulation service for Colombia.
//!
//! Data flows one way: `ingest → domain → store → read_model → http`; see ARCHITECTURE.md.
pub(crate) mod app;
pub mod clock;
pub mod cluster;
pub mod command;
pub mod config;
pub mod domain;
pub mod dossier;
pub mod draw;
pub mod exports;
pub mod feeds;
pub mod generate;
pub mod http;
pub mod import;
pub mod ingest;
pub mod outbound;
pub mod read_model;
pub mod spool;
pub mod store;
pub mod systemd;
pub(crate) mod telemetry;
pub mod text;
pub mod workflow;
