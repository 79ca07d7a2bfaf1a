//! Who may call what, and how often.

pub mod permissions;
pub mod rate_left;
pub mod rates;
