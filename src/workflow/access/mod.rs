//! Keys and authentication.

pub(crate) mod admin_keys;
pub(crate) mod authenticate;
pub(crate) mod free_keys;
pub mod key_confirmation;
pub mod key_requests;
pub mod keys;
pub mod sessions;
