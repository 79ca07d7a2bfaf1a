//! One primary and two standbys that the tests start themselves, with the service before them: standbys die, freeze, lag and come
//! back under load, the primary dies too, and no read fails or is older than what this service wrote.
//!
//! Never skipped: a machine without PostgreSQL fails here, as every other test with a database does.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod conflict;
#[path = "../service/conformance.rs"]
mod conformance;
mod failover;
mod lagging;
mod load;
#[path = "../service/people.rs"]
#[expect(dead_code, reason = "only regulators write here")]
mod people;
mod primary_gone;
#[path = "../service/server.rs"]
#[expect(dead_code, reason = "only some of its verbs are needed")]
mod server;
mod servers;
#[path = "../support/mod.rs"]
mod support;
