//! The private PostgreSQL through its whole life: first start, restart, sharing, crashes, and the faults it explains.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop there")]

mod faults;
mod life;
mod scratch;
mod support;
