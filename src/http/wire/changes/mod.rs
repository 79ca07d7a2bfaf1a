//! JSON of changes, feeds and watches.

pub mod change;
pub mod watch;
