//! Who may do what.

pub mod admin_key;
pub mod mail_address;
pub mod principal;
pub mod session;
