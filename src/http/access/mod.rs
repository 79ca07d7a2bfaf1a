//! Who may call what, and how often.

pub mod permissions;
pub mod rate_limit;
pub(crate) mod remaining_quota;
