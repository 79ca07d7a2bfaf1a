//! Termómetro: the medicine price thermometer and price-regulation service for Colombia.
//!
//! Data flows one way: `ingest → domain → store → read_model → http`; see ARCHITECTURE.md.
pub mod domain;
pub mod http;
