//! Who may call what, and how often.

pub(crate) mod client;
pub(crate) mod early_returns;
pub(crate) mod fair_share;
pub(crate) mod large_work;
pub mod permissions;
pub mod rate_limit;
pub(crate) mod refused_keys;
pub(crate) mod remaining_quota;
