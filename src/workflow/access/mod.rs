//! Keys, and who is behind a request.

pub mod authenticate;
pub mod free_keys;
pub mod keys;
