//! What people and regulators do with reports of prices: receive, confirm, withdraw, sort out, answer; and the weekly release of statistics.

pub(crate) mod deciding;
pub(crate) mod holding;
pub(crate) mod receiving;
pub mod releasing;
