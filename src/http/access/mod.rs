//! Who may call what, and how often.

pub mod permissions;
pub(crate) mod rate_left;
pub mod rates;
