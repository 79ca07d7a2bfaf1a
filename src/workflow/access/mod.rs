//! Keys and authentication.

pub mod authenticate;
pub mod free_keys;
pub mod keys;
