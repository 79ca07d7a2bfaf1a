//! The private PostgreSQL through its whole life: first start, restart, sharing, crashes, and the faults it explains.
mod accounts;
mod faults;
mod life;
mod program;
mod restarts;
mod scratch;
mod support;
pub use support::skipped;
