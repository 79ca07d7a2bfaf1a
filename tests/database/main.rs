//! What stands in a real PostgreSQL: the read side on the sample, statements, migrations, and the private cluster itself.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod acts;
mod assessments;
mod backup;
mod cluster;
mod consultations;
mod editions;
mod feeds;
mod imports;
mod judged_files;
mod log;
mod markets;
mod metrics;
mod migrations;
mod petitions;
mod preview;
mod price_reports;
mod prices;
mod purchases;
mod readiness;
mod real;
mod rejudging;
mod secrets;
mod sources;
mod spool;
mod statements;
mod status;
mod verify;

#[path = "../kit/mod.rs"]
#[expect(dead_code, reason = "only databases and the program are needed here")]
mod kit;
use kit::support;
