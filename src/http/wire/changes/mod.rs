//! JSON of changes, feeds and watches.

pub(crate) mod change;
pub(crate) mod watch;
