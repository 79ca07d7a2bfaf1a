//! Keys and authentication.

pub(crate) mod authenticate;
pub(crate) mod free_keys;
pub mod keys;
