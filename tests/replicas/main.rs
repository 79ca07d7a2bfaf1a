//! One primary and two standbys that the tests start themselves, with the service before them: standbys die, freeze, lag and come
//! back under load, the primary dies too, a standby takes its place, and no read fails or is older than what this service wrote.
//!
//! Never skipped: a machine without PostgreSQL fails here, as every other test with a database does.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod conflict;
mod failover;
mod lagging;
mod load;
mod primary_gone;
mod promoted;
mod servers;

#[path = "../kit/mod.rs"]
#[expect(dead_code, reason = "only regulators write here, and nobody sends files")]
mod kit;
use kit::{client, people, server, support};
