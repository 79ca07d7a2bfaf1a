//! Who may do what.

pub mod admin_key;
pub mod principal;
pub mod session;
