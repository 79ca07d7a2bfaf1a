//! The read side against a real PostgreSQL that holds the sample.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod acts;
mod assessments;
mod editions;
mod imports;
mod markets;
mod preview;
mod prices;
mod real;
mod rejudging;
mod sources;
mod status;
#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "only the service's tests write through the desk")]
mod support;
