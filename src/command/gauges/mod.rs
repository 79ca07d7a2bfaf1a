//! Figures of `/metrics` that nothing counts as it happens: of the process, its disks and its database. They are taken in rounds, so that whoever
//! reads the metrics waits for nothing.

pub mod machine;
pub mod service;

use std::time::Duration;

use jiff::Timestamp;

/// A gauge takes whole numbers of 32 bits, or durations, whose seconds are exact up to 2^53.
fn whole(number: u64) -> Duration {
    Duration::from_secs(number)
}

fn count(number: i64) -> Duration {
    whole(u64::try_from(number).unwrap_or_default())
}

/// Seconds since 1970; 0: never.
fn instant(at: Option<Timestamp>) -> Duration {
    count(at.map_or(0, Timestamp::as_second))
}
